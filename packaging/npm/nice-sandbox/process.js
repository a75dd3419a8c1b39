// The program, running for as long as the test does.
const { spawn } = require("node:child_process");
const { createInterface } = require("node:readline");
const { path } = require("./program.js");

// What a failed test may want to read.
const LINES = 1000;

/** The sandbox has not started; the message is its own. */
class StartError extends Error {
  name = "StartError";
}

/**
 * It ends with `stop`, and with this process, even if that is killed: it watches the pipe to
 * its standard input.
 */
async function start(words, environment) {
  const child = spawn(
    path(),
    ["--bind", "127.0.0.1:0", "--greeting", "json", "--until-stdin-closes", ...words],
    { env: environment, stdio: ["pipe", "pipe", "pipe"] },
  );
  const log = [];
  const keep = (line) => {
    log.push(line);
    if (log.length > LINES) log.shift();
  };
  createInterface({ input: child.stderr }).on("line", keep);
  const lines = createInterface({ input: child.stdout });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const greeting = await new Promise((resolve, reject) => {
    lines.once("line", (line) => {
      lines.on("line", keep);
      resolve(JSON.parse(line));
    });
    child.once("error", (error) => reject(new StartError(error.message)));
    child.once("close", () => reject(new StartError(log.join("\n"))));
  });
  // A test that forgets to stop it still ends, and it with the test.
  for (const held of [child, child.stdin, child.stdout, child.stderr]) held.unref();
  const stop = async () => {
    for (const held of [child, child.stdout, child.stderr]) held.ref();
    child.stdin.end();
    await ended;
  };
  return { greeting, log, stop };
}

module.exports = { start, StartError };

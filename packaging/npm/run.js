#!/usr/bin/env node
// The program itself. Node.js can't put it in its own place, so it stands between.
const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { path } = require("./program.js");

const fail = (error) => {
  console.error(error.message);
  process.exit(1);
};

let program;
try {
  program = path();
} catch (error) {
  fail(error);
}
const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", fail);
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

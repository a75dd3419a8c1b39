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
let child;
// Before the program starts: a signal between would end Node.js alone. One that comes while
// `spawn` runs is handled after it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
child.on("error", fail);
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

/**
 * Loaded before a program (`node --require`): kill -9 from within, at its call FAULTS_AT that changes a file or folder
 * below FAULTS_BELOW, just before it, or with FAULTS_HALF=1 when half of the bytes are written; FAULTS_SIGNAL is
 * another signal than that of kill -9. At its end the program tells FAULTS_SEEN which calls there were, a line each.
 */
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const { FAULTS_AT, FAULTS_BELOW, FAULTS_HALF, FAULTS_SEEN, FAULTS_SIGNAL } = process.env;
const calls = [];

function isHere(name) {
  calls.push(name);
  return calls.length === Number(FAULTS_AT);
}

const { appendFileSync, writeFileSync } = fs;
for (const name of ["writeFileSync", "copyFileSync", "linkSync", "renameSync", "rmSync", "rmdirSync", "mkdirSync"]) {
  const real = fs[name];
  fs[name] = (...args) => {
    const below = args.some((arg) => typeof arg === "string" && arg.startsWith(FAULTS_BELOW));
    if (below && isHere(name)) {
      if (FAULTS_HALF === "1" && name === "writeFileSync") {
        const bytes = Buffer.from(args[1]);
        writeFileSync(args[0], bytes.subarray(0, bytes.length / 2));
      }
      process.kill(process.pid, FAULTS_SIGNAL || "SIGKILL");
    }
    return real(...args);
  };
}
syncBuiltinESMExports();
if (FAULTS_SEEN) process.on("exit", () => appendFileSync(FAULTS_SEEN, calls.join("\n")));

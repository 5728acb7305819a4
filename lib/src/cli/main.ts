#!/usr/bin/env node
import { oneLine } from "../support/one-line.js";

/** Exit statuses as shells give them: 128 and the signal's number. */
const STATUS = { EPIPE: 141, SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * What is said on stdout and can't be written must not pass for done: a full disk gives a line and status 1, and work
 * goes on, whose results are files. Where the reader has gone, as `head` does, the program ends as others do, without a
 * word. Nobody hears what stderr can't take.
 */
function watchOutput(): void {
  let told = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(STATUS.EPIPE);
    if (!told) console.error(`dms-ntm: stdout can't be written: ${oneLine(error.message)}`);
    told = true;
    process.exitCode ||= 1;
  });
  process.stderr.on("error", () => undefined);
}

/**
 * Signals outside of work that stops by itself (see `interruptible`), such as while the program loads. Finished runs
 * are files by then.
 */
function watchSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      console.error(`dms-ntm: ended by ${signal}; what was finished is kept`);
      process.exit(STATUS[signal]);
    });
}

/**
 * Loads the program only here, so that packages or a TensorFlow runtime that are missing or damaged give one line as
 * well.
 */
async function main(): Promise<number> {
  try {
    const { run } = await import("./program.js");
    return await run(process.argv.slice(2));
  } catch (error) {
    console.error(`dms-ntm: ${oneLine(lineOf(error as NodeJS.ErrnoException))}`);
    return 1;
  }
}

function lineOf({ message, code, syscall }: NodeJS.ErrnoException): string {
  // what follows the first line are the files that asked for the module
  if (code === "MODULE_NOT_FOUND") return `${message.split("\n")[0]}: run \`make setup\``;
  if (syscall === "uv_cwd") return `the folder that this was started in is gone: change to another one (${message})`;
  return message;
}

watchOutput();
watchSignals();
void main().then((status) => {
  // a status that output gave stays
  if (status !== 0) process.exitCode = status;
});

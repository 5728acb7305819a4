#!/usr/bin/env node
import { oneLine } from "../support/one-line.js";

/** Loads the program only here, so that packages or a TensorFlow runtime that are missing or damaged give one line as well. */
async function main(): Promise<number> {
  try {
    const { run } = await import("./program.js");
    return await run(process.argv.slice(2));
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    // what follows the first line are the files that asked for the module
    const line = code === "MODULE_NOT_FOUND" ? `${message.split("\n")[0]}: run \`make setup\`` : message;
    console.error(`dms-ntm: ${oneLine(line)}`);
    return 1;
  }
}

void main().then((status) => {
  process.exitCode = status;
});

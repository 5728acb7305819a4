#!/usr/bin/env node
import { oneLine } from "../check.js";

/** Loads the program only here, so that a TensorFlow runtime that is missing or damaged gives one line as well. */
async function main(): Promise<number> {
  try {
    const { run } = await import("./program.js");
    return await run(process.argv.slice(2));
  } catch (error) {
    console.error(`dms-ntm: ${oneLine((error as Error).message)}`);
    return 1;
  }
}

void main().then((status) => {
  process.exitCode = status;
});

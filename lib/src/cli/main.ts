#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { UserError } from "../check.js";
import { addBench } from "./bench.js";
import { addFigures } from "./figures.js";
import { addRepository } from "./repository.js";
import { addResults } from "./results.js";
import { addRun } from "./run.js";
import { addStudy } from "./study.js";
import { addTasks } from "./tasks.js";

const program = new Command("dms-ntm")
  .description("Continuous multi-scale heads in a Neural Turing Machine: data, runs, results, figures")
  .exitOverride()
  .addHelpText(
    "after",
    `
Every command takes --help, and --json for one JSON value on stdout and all else on stderr.

Exit status: 0 done; 1 a mistake, a failed run or a failed check (one line on stderr says which);
2 a command or option that doesn't exist or doesn't fit; 130 interrupted (finished runs are kept).`,
  );

addStudy(program);
addRun(program);
addTasks(program);
addResults(program);
addFigures(program);
addBench(program);
addRepository(program);

program.parseAsync().catch((error: Error) => {
  if (error instanceof CommanderError) {
    // it has said what it had to say; help that was asked for is no error
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  const interrupted = error.name === "AbortError";
  console.error(`dms-ntm: ${error.message}`);
  if (process.env.DMS_NTM_DEBUG && !(error instanceof UserError)) console.error(error.stack);
  process.exitCode = interrupted ? 130 : 1;
});

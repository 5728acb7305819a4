import { Command, CommanderError } from "commander";
import { versions } from "../study/versions.js";
import { oneLine } from "../support/one-line.js";
import { UserError } from "../support/user-error.js";
import { addBatches } from "./batches.js";
import { addBench } from "./bench.js";
import { addFigures } from "./figures.js";
import { HELP_WIDTH } from "./options.js";
import { addRecords } from "./records.js";
import { addRepository } from "./repository.js";
import { addKeep, addResults } from "./results.js";
import { addRun } from "./run.js";
import { addStudy } from "./study.js";

const program = new Command("dms-ntm")
  .description("Continuous multi-scale heads in a Neural Turing Machine: data, runs, results, figures")
  .version(versions()["dms-ntm"])
  .exitOverride()
  // a suggestion would be a second line
  .configureOutput({
    outputError: (text, write) => write(`dms-ntm: ${oneLine(text.replace(/^error: /, ""))}\n`),
    getOutHelpWidth: () => Math.min(process.stdout.columns || HELP_WIDTH, HELP_WIDTH),
  })
  // beside the longest name of a command
  .configureHelp({ minWidthToWrap: 30 })
  .addHelpText(
    "after",
    `
Every command takes --help, and --json for one JSON value on stdout and all else on stderr.

Exit status: 0 done; 1 a mistake, a failed run or a failed check (one line on stderr says which);
2 a command or option that doesn't exist or doesn't fit; 129 hung up, 130 interrupted,
143 terminated (finished runs are kept); 141 where the reader of stdout has gone.`,
  );

addStudy(program);
addRun(program);
addResults(program);
addRecords(program);
addFigures(program);
program.commandsGroup("For programs that hand out runs:");
addBatches(program);
program.commandsGroup("For maintainers:");
addKeep(program);
addRepository(program);
addBench(program);

/** Of a command that doesn't exist `help` would show all others, and not say why. */
function refuseUnknown(command: Command, [name, ...rest]: readonly string[]): void {
  const find = (asked: string) => command.commands.find((one) => one.name() === asked);
  const [asked] = rest;
  if (name === "help" && asked !== undefined && asked !== "help" && !asked.startsWith("-") && !find(asked))
    command.error(`unknown command '${asked}'`);
  const within = find(name ?? "");
  if (within && within.commands.length > 0) refuseUnknown(within, rest);
}

/**
 * Runs a command.
 *
 * @param args as after the program's name on a command line
 * @returns the exit status; what went wrong has then been told, in one line on stderr
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    refuseUnknown(program, args);
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    // commander has told its own errors, and has shown a help that was asked for
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error(`dms-ntm: ${oneLine((error as Error).message)}`);
    if (process.env.DMS_NTM_DEBUG && !(error instanceof UserError)) console.error((error as Error).stack);
    return (error as Error).name === "AbortError" ? 130 : 1;
  }
}

import type { Command } from "commander";
import { type FrameLike, showTable, type TableOptions } from "../display/index.js";

/**
 * How a command says what it does: lines and tables on stdout, or with --json one JSON value there and the lines on
 * stderr.
 */
export class Report {
  /** @param command starts every line */
  constructor(
    private readonly command: string,
    readonly json: boolean,
  ) {}

  line(text: string): void {
    const line = `${this.command}: ${text}`;
    if (this.json) console.error(line);
    else console.log(line);
  }

  /** A table to read; with --json the result holds what it shows. */
  table(data: FrameLike | readonly object[], options: TableOptions): void {
    if (!this.json) showTable(data, options);
  }

  /** What the command has to say to a program, once. */
  result(value: object): void {
    if (this.json) console.log(JSON.stringify(value));
  }
}

/**
 * Gives a command its --json option and what it does. Options that come after, too.
 *
 * @param work gets the command's arguments in the order in which they are declared
 */
export function reporting<O extends object>(
  command: Command,
  work: (report: Report, options: O, ...args: string[]) => void | Promise<void>,
): Command {
  return command
    .option("--json", "one JSON value on stdout, all else on stderr")
    .action(async (...given: unknown[]) => {
      const { json = false, ...options } = command.opts<{ json?: boolean }>();
      await work(new Report(command.name(), json), options as O, ...(given.slice(0, -2) as string[]));
    });
}

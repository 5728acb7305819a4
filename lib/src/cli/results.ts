import { join } from "node:path";
import type { Command } from "commander";
import type { DataFrame } from "nodejs-polars";
import { checkColumns, comparisonColumns, summaryColumns } from "../display/index.js";
import { modelTitle } from "../figures/index.js";
import {
  type Comparison,
  compare,
  comparisonTable,
  completed,
  countRuns,
  findRecords,
  keepRecords,
  madeHere,
  packRecords,
  publishedOf,
  RESTORE,
  recordsOf,
  referenceStore,
  storeOf,
  summaryTable,
} from "../study/index.js";
import { writeAtomically } from "../support/files.js";
import { project } from "../support/folders.js";
import { UserError } from "../support/user-error.js";
import { type Choice, onStudy, studyOf, tellOutdated } from "./choice.js";
import { shown } from "./options.js";
import { type Report, reporting } from "./report.js";

/** Adds the commands that say what came out of runs. */
export function addResults(program: Command): void {
  const command = (name: string, text: string) => onStudy(program.command(name).description(text));
  reporting(command("results", "write the result tables of a study's runs, and show them"), results);
  reporting(
    command(
      "check",
      "compare this machine's results with the committed and the published ones; exit status 0 if they reproduce the committed, as far as both are there",
    ),
    check,
  );
}

/** Adds the command that makes records of this machine the repository's. */
export function addKeep(program: Command): void {
  reporting(
    onStudy(
      program
        .command("reference")
        .description("keep this machine's records as the repository's, and pack those that lie there as single files"),
    ),
    keep,
  );
}

async function results(report: Report, options: Choice, name: string | undefined): Promise<void> {
  const { study, title } = await studyOf(name, options);
  // of a choice a table of its own: that of all runs stays
  const { models = [], seeds } = options;
  const file = [title, ...models, ...(seeds === undefined ? [] : [`${seeds}-seeds`])].join("-");
  // what every machine makes itself is shown of this machine alone
  const store = storeOf(study, options.fresh);
  tellOutdated(report, study, store);
  const records = recordsOf(study, store);
  const tables: WrittenTable[] = [];
  if (records.length === 0) {
    if (study.remade)
      throw new UserError(`there are no runs of ${title} yet: \`dms-ntm study ${name ?? title}\` makes them`);
    report.line(`no run of ${title} yet`);
    report.result({ study: title, tables });
    return;
  }
  const summary = summaryTable(records, publishedOf(study));
  const columns = summaryColumns(summary);
  tables.push(writeTable(report, file, summary, () => report.table(summary, { columns, rows: summary.height })));
  const whole = completed(study, records);
  const comparisons = compare(study, whole);
  if (whole.length < records.length) report.line("models that lack runs aren't compared yet");
  if (comparisons.length > 0) {
    const pairs = comparisonTable(comparisons);
    tables.push(writeTable(report, `${file}-pairs`, pairs, () => byQuestion(report, comparisons)));
  }
  report.result({ study: title, tables });
}

/** A table a question: all together they would be too wide. */
function byQuestion(report: Report, comparisons: readonly Comparison[]): void {
  for (const question of new Set(comparisons.map(({ family }) => family))) {
    const pairs = comparisonTable(comparisons.filter(({ family }) => family === question));
    const { family: _, ...columns } = comparisonColumns(pairs);
    report.table(pairs, { title: `\n${question}`, columns, rows: pairs.height });
  }
}

async function check(report: Report, options: Choice, name: string | undefined): Promise<void> {
  const { study, title } = await studyOf(name, options);
  // learning rates may be those that the repository's tuning runs chose
  const records = recordsOf(study, storeOf({}, options.fresh));
  const own = records.filter(madeHere);
  const reference = referenceStore();
  const all = recordsOf(study, reference);
  const committed = new Set(all.map(({ seed }) => seed)).size;
  const asked = Math.max(...study.parts.map(({ seeds }) => seeds));
  if (all.length > 0 && asked > committed)
    report.line(`${asked} seeds are asked for, and ${committed} are committed: only those are compared`);
  const checks = study.metric.reproduced(own, all, publishedOf(study));
  const outside = checks.filter(({ inside, against }) => !inside && against === "committed");
  report.result({ study: title, reproduced: checks.length > 0 ? outside.length === 0 : null, checks });
  if (checks.length === 0) {
    if (own.length > 0) {
      report.line(`${title} has no committed runs to compare with`);
      return;
    }
    throw new UserError(
      `this machine has no runs of ${title} to compare: \`dms-ntm study ${name ?? title} --fresh\` makes them`,
    );
  }
  report.table([...checks], {
    title: "This machine's results against those that they should reproduce",
    columns: checkColumns(checks),
  });
  if (outside.length > 0) {
    const named = [
      ...new Set(
        outside.map(({ part, model }) =>
          study.parts.length > 1 ? `${modelTitle(model)} on ${part}` : modelTitle(model),
        ),
      ),
    ];
    throw new UserError(`${named.join(", ")}: further from the committed results than chance explains`);
  }
  const compared = checks.reduce((sum, { against, seeds }) => sum + (against === "committed" ? seeds : 0), 0);
  report.line(
    compared < all.length
      ? `reproduced as far as compared: ${compared} of ${all.length} committed runs, the others aren't made here`
      : "the committed results are reproduced",
  );
}

async function keep(report: Report, options: Choice, name: string | undefined): Promise<void> {
  const { folder } = referenceStore();
  const packed = packRecords(folder, RESTORE);
  if (packed.parts.length > 0) report.line(`packed: ${packed.parts.join(", ")}`);
  const { study, title } = await studyOf(name, options);
  const { total, there } = countRuns(findRecords(study, storeOf(study, options.fresh)));
  const records = there.filter(madeHere);
  // a part of a study that goes on is worth keeping; one that every machine makes is kept whole
  if (study.remade && there.length < total)
    throw new UserError(`${total - there.length} of ${total} runs are missing: run \`make study\` first`);
  if (records.length === 0 && packed.parts.length === 0)
    throw new UserError(`this machine has made no run of ${title}: run \`make study STUDY=${title}\` first`);
  const kept = keepRecords(folder, records);
  report.line(`${packed.written + kept.written} records written, in ${shown(folder)}`);
  report.result({
    folder,
    parts: [...new Set([...packed.parts, ...kept.parts])],
    written: packed.written + kept.written,
  });
}

/** A table as a command tells of it in JSON. */
export interface WrittenTable {
  name: string;
  file: string;
  rows: object[];
}

/**
 * Writes a table to data/results as `name.csv`, and shows it.
 *
 * @param show shows it, or what fits a line of it
 * @throws UserError when it can't be written
 */
export function writeTable(report: Report, name: string, table: DataFrame, show: () => void): WrittenTable {
  const file = join(project().data, "results", `${name}.csv`);
  writeAtomically(file, table.writeCSV().toString());
  show();
  report.line(`all columns are in ${shown(file)}`);
  return { name, file, rows: table.toRecords() };
}

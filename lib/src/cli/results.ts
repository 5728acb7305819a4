import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { DataFrame } from "nodejs-polars";
import { checkColumns, comparisonColumns, resultColumns, summaryColumns } from "../display/index.js";
import { modelTitle } from "../figures/index.js";
import { comparisonTable, ownStore, referenceStore, reproductionChecks, resultTable, summaryTable } from "../study/index.js";
import { writeAtomically } from "../support/files.js";
import { UserError } from "../support/user-error.js";
import { shown, withPlan } from "./options.js";
import { type PlanOptions, planned, stateOf, storeOf } from "./plans.js";
import { type Report, reporting } from "./report.js";
import { type WrittenTable, writeTable } from "./table-files.js";
import { taskCheck, taskProtocols, taskResults } from "./task-results.js";

/** Adds the commands that say what came out of runs. */
export function addResults(program: Command): void {
  const command = (name: string, text: string) => withPlan(program.command(name).description(text));
  const tasks = `; --protocol ${taskProtocols.join(", ")}: of the runs on tasks`;
  reporting(
    command("results", `write the result tables of a protocol's runs, and show them${tasks}`),
    either(taskResults, results),
  );
  reporting(
    command(
      "check",
      `compare this machine's results with the committed and the published ones; the exit status tells whether the committed are reproduced${tasks}`,
    ),
    either(taskCheck, compare),
  );
  reporting(command("reference", "keep this machine's records as the repository's"), keep);
}

type Action = (report: Report, options: PlanOptions) => void;

const either =
  (onTasks: Action, others: Action): Action =>
  (report, options) => {
    (taskProtocols.includes(options.protocol ?? "") ? onTasks : others)(report, options);
  };

function results(report: Report, options: PlanOptions): void {
  const task = planned(options);
  const tables: WrittenTable[] = [];
  const write = (name: string, table: DataFrame, columns: typeof resultColumns) =>
    tables.push(writeTable(report, name, table, columns));
  for (const { protocol, records } of stateOf(task, storeOf(task, options)).results) {
    if (records.length === 0 && task.kind === "fixed") {
      throw new UserError(`there are no runs of ${protocol} yet: \`dms-ntm study --protocol ${protocol}\` makes them`);
    }
    if (task.kind === "fixed") write(protocol, resultTable(records), resultColumns);
    else if (records.length === 0) report.line(`no run of ${protocol} yet`);
    else {
      write(protocol, summaryTable(records), summaryColumns);
      write(`${protocol}-pairs`, comparisonTable(records), comparisonColumns);
    }
  }
  report.result({ protocol: task.protocol, tables });
}

function compare(report: Report, options: PlanOptions): void {
  const plan = planned(options);
  const [own, reference] = [ownStore(), referenceStore()].map((store) => stateOf(plan, store).results);
  const checks = own!.flatMap(({ protocol, records }) => {
    const committed = reference!.find((result) => result.protocol === protocol)!.records;
    if (records.length > 0 && committed.length > 0) return reproductionChecks(records, committed);
    report.line(`${protocol} has no ${records.length === 0 ? "runs of this machine" : "committed runs"} to compare with`);
    return [];
  });
  const outside = checks
    .filter(({ inside, against }) => !inside && against === "committed")
    .map(({ model }) => modelTitle(model));
  report.result({ protocol: plan.protocol, reproduced: checks.length > 0 ? outside.length === 0 : null, checks });
  if (checks.length === 0) {
    if (reference!.every(({ records }) => records.length === 0)) return;
    throw new UserError(`this machine has no runs of ${plan.protocol} to compare: \`dms-ntm study\` makes them`);
  }
  report.table([...checks], {
    title: "This machine's results against those that they should reproduce",
    columns: checkColumns,
  });
  if (outside.length > 0) throw new UserError(`${outside.join(", ")}: further from the committed results than chance explains`);
  report.line("the committed results are reproduced");
}

function keep(report: Report, options: PlanOptions): void {
  const task = planned(options);
  const [own, reference] = [ownStore(), referenceStore()];
  const { total, there, results, tuning } = stateOf(task, storeOf(task, options));
  const records = [...tuning, ...results.flatMap((result) => result.records)].filter((record) => own.find(record));
  // a part of the sound study is worth keeping: the verdict says how much there is
  if (there < total && task.kind === "fixed") {
    throw new UserError(`${total - there} of ${total} runs are missing: run \`make study\` first`);
  }
  if (records.length === 0) throw new UserError(`this machine has made no run of ${task.protocol}: run \`make study\` first`);
  for (const record of records) {
    writeAtomically(reference.path(record), readFileSync(own.path(record)));
  }
  report.line(`${records.length} records in ${shown(reference.folder)}`);
  report.result({ records: records.map((record) => reference.path(record)) });
}

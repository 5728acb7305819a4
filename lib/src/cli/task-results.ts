import { taskCheckColumns, taskColumns, taskComparisonColumns } from "../display/index.js";
import { modelTitle, taskTitle } from "../figures/index.js";
import {
  compareOnTasks,
  type Pair,
  type RecordStore,
  type TaskRecord,
  taskComparisonTable,
  taskGroups,
  taskPlan,
  taskReproductionChecks,
  taskStore,
  taskStores,
  taskStudies,
  taskSummaryTable,
} from "../study/index.js";
import { checkNames, UserError } from "../support/user-error.js";
import { focusPairs, rangePairs } from "../verdict/index.js";
import type { PlanOptions } from "./plans.js";
import type { Report } from "./report.js";
import { type WrittenTable, writeTable } from "./table-files.js";

/** What --protocol takes besides the protocols of MNIST-1D: all studies on tasks, or one of them. */
export const taskProtocols: readonly string[] = ["tasks", ...Object.keys(taskStudies)];

const PAIRS: Readonly<Record<string, readonly Pair[]>> = { range: rangePairs, focus: focusPairs };

const studiesOf = ({ protocol }: PlanOptions) => (protocol === "tasks" ? Object.keys(taskStudies) : [protocol!]);

/** Evaluation records of a study in a store; models and seeds as the options say. The tuning runs may be the repository's. */
function recordsOf(study: string, { models, seeds }: PlanOptions, store: Pick<RecordStore<TaskRecord>, "find">): TaskRecord[] {
  const groups = taskGroups({ studies: [study] });
  if (models) checkNames("model", models, [...new Set(groups.flatMap((group) => Object.keys(group.models)))]);
  const all = taskStore();
  return groups
    .flatMap((group) => taskPlan(group, (spec) => all.find(spec), seeds))
    .filter(({ name }) => models?.includes(name) ?? true)
    .map((spec) => store.find(spec))
    .filter((record) => record !== undefined);
}

/** Tables of the studies on tasks, shown and written to data/results. */
export function taskResults(report: Report, options: PlanOptions): void {
  const tables: WrittenTable[] = [];
  for (const study of studiesOf(options)) {
    const records = recordsOf(study, options, taskStore(options.fresh));
    if (records.length === 0) {
      report.line(`no run of ${study} yet`);
      continue;
    }
    tables.push(writeTable(report, study, taskSummaryTable(records), taskColumns));
    const comparisons = compareOnTasks(records, PAIRS[study] ?? []);
    if (comparisons.length > 0)
      tables.push(writeTable(report, `${study}-pairs`, taskComparisonTable(comparisons), taskComparisonColumns));
  }
  report.result({ protocol: options.protocol, tables });
}

/** This machine's runs on tasks against the committed ones. @throws UserError when one is further away than chance explains, or none is there */
export function taskCheck(report: Report, options: PlanOptions): void {
  const { own, reference } = taskStores();
  const checks = studiesOf(options).flatMap((study) =>
    taskReproductionChecks(recordsOf(study, options, own), recordsOf(study, options, reference)),
  );
  const outside = checks.filter(({ inside }) => !inside);
  report.result({ protocol: options.protocol, reproduced: checks.length > 0 ? outside.length === 0 : null, checks });
  if (checks.length === 0)
    throw new UserError("this machine has no runs on tasks to compare: `dms-ntm tasks --fresh` makes them");
  report.table([...checks], { title: "This machine's runs on tasks against the committed ones", columns: taskCheckColumns });
  if (outside.length > 0) {
    const named = outside.map(({ protocol, model }) => `${modelTitle(model)} on ${taskTitle(protocol)}`);
    throw new UserError(`${named.join(", ")}: further from the committed results than chance explains`);
  }
  report.line("the committed results are reproduced");
}

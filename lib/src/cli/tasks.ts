import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { withProgress } from "../display/records.js";
import { trainTaskAndKeep } from "../display/trained-tasks.js";
import { modelTitle } from "../figures/index.js";
import {
  findTaskGroup,
  loadTrainedTask,
  type TaskChoice,
  type TaskGroup,
  type TaskRecord,
  taskGroups,
  taskStore,
  taskStores,
  taskStudies,
  taskStudy,
  trainedFolders,
  trainedTaskNames,
  trainedTaskSpec,
} from "../study/index.js";
import { writeAtomically } from "../support/files.js";
import { UserError } from "../support/user-error.js";
import { names, whole } from "./options.js";
import { taskOutcome } from "./outcome.js";
import { type Report, reporting } from "./report.js";

interface TasksOptions extends TaskChoice {
  seeds?: number;
  workers?: number;
  fresh?: boolean;
}

/** Adds the commands of the studies on tasks to a program. */
export function addTasks(program: Command): void {
  const runs = program
    .command("tasks")
    .description("make the runs of the studies on tasks that neither this machine nor the repository has")
    .option("--studies <names>", `some of ${Object.keys(taskStudies).join(", ")} (default: all)`, names)
    .option("--tasks <names>", "only these, e.g. copy,jump-recall (default: all)", names)
    .option("--models <names>", "only these, e.g. ntm,dms (default: all)", names)
    .option("--seeds <n>", "evaluation runs a task and model (default: 10; of jump-recall 20)", whole)
    .option("--workers <n>", "processes that train at once (default: one a core)", whole)
    .option("--fresh", "leave the repository's records aside (default: DMS_NTM_FRESH)");
  reporting(runs, taskRuns);
  reporting(
    program.command("tasks-reference").description("keep this machine's runs on tasks as the repository's"),
    (report) => {
      const { own, reference } = taskStores();
      // tuning runs may be the repository's already
      const store = taskStore();
      const records = taskGroups()
        .map((group) => findTaskGroup(group, store))
        .flatMap(({ tuning, evaluation }) => [...tuning, ...evaluation])
        .filter((record) => own.find(record));
      if (records.length === 0) throw new UserError("this machine has made no run on a task: run `dms-ntm tasks` first");
      for (const record of records) {
        writeAtomically(reference.path(record), readFileSync(own.path(record)));
      }
      report.line(`${records.length} records kept`);
      report.result({ records: records.map((record) => reference.path(record)) });
    },
  );
  reporting(
    program
      .command("tasks-weights")
      .description("train the models on tasks whose weights come with the repository, where they are missing"),
    taskWeights,
  );
}

async function taskWeights(report: Report): Promise<void> {
  const all: object[] = [];
  for (const name of trainedTaskNames) {
    const folder = trainedFolders(name).reference;
    const there = await loadTrainedTask(folder);
    if (!there) await trainTaskAndKeep(trainedTaskSpec(name), folder);
    const { tests } = (there ?? (await loadTrainedTask(folder))!).recipe;
    const costs = tests.map(({ length, cost }) => `${cost.toPrecision(2)} bits at length ${length}`).join(", ");
    report.line(`${name} ${there ? "is there" : "made"}, ${costs}`);
    all.push({ name, folder, made: !there, tests });
  }
  report.result({ weights: all });
}

const tunedBy = (group: TaskGroup): string => (group.tunedOn ?? group).protocol;

async function taskRuns(report: Report, { seeds, workers, fresh, ...choice }: TasksOptions): Promise<void> {
  const store = taskStore(fresh);
  const groups = taskGroups(choice);
  const found = groups.map((group) => findTaskGroup(group, store, seeds));
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  // groups may share tuning runs
  const tunings = found.filter(({ group }, i) => found.findIndex((other) => tunedBy(other.group) === tunedBy(group)) === i);
  const total = sum(tunings.map(({ planned }) => planned.tuning)) + sum(found.map(({ planned }) => planned.evaluation));
  const there = sum(tunings.map(({ tuning }) => tuning.length)) + sum(found.map(({ evaluation }) => evaluation.length));
  const missing = total - there;
  if (missing === 0) {
    report.line(`all ${total} runs are there`);
    return report.result({ total, made: [] });
  }
  report.line(`${missing} of ${total} runs to make`);
  const made: object[] = [];
  const onRecord = (record: TaskRecord, seconds: number) => {
    const { protocol, name, variant, seed, sequencesToConverge, diverged } = record;
    const broken = diverged ? { diverged } : {};
    made.push({ protocol, name, variant, seed, sequencesToConverge, ...broken, seconds, record: store.path(record) });
    const run = [modelTitle(name), variant, `seed ${seed}`].filter(Boolean).join(", ");
    report.line(`${protocol}, ${run}: ${taskOutcome(record)}, ${seconds.toFixed(0)} s`);
  };
  const settings = { onRecord, ...(workers === undefined ? {} : { workers }) };
  await withProgress<unknown>(
    missing,
    (onProgress, signal) => taskStudy(groups, store, seeds, { ...settings, onProgress, signal }),
    "points",
  );
  report.result({ total, made });
}

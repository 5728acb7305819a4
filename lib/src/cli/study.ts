import type { Command } from "commander";
import { ensureMnist1d } from "../dataset/index.js";
import { withProgress } from "../display/records.js";
import { modelTitle } from "../figures/index.js";
import { experimentData, ownStore, type RunRecord, soundStudy, study } from "../study/index.js";
import { project } from "../support/folders.js";
import { shown, whole, withPlan } from "./options.js";
import { divergedLine } from "./outcome.js";
import { type PlanOptions, planned, stateOf, storeOf } from "./plans.js";
import { type Report, reporting } from "./report.js";

/** Adds the commands that make data and runs. */
export function addStudy(program: Command): void {
  reporting(program.command("data").description("make the data set, or check the one that is there"), (report) => {
    const folder = project().data;
    const { train, test } = ensureMnist1d(folder, experimentData);
    report.line(`MNIST-1D, ${train.rows} training and ${test.rows} test samples, in ${shown(folder)}`);
    report.result({ train: train.rows, test: test.rows, folder });
  });
  reporting(
    withPlan(program.command("study").description("make the runs of a protocol that this machine has not made yet")).option(
      "--workers <n>",
      "processes that train at once (default: one a core)",
      whole,
    ),
    makeRuns,
  );
}

async function makeRuns(report: Report, options: PlanOptions & { workers?: number }): Promise<void> {
  const task = planned(options);
  const { protocol } = task;
  const store = storeOf(task, options);
  const { total, there, results, tuning } = stateOf(task, store);
  const taken = [...tuning, ...results.flatMap(({ records }) => records)].filter((record) => !ownStore().find(record));
  if (taken.length > 0)
    report.line(`${taken.length} of ${total} runs of ${protocol} come with the repository (--fresh makes them anew)`);
  if (there === total) {
    report.line(`all ${total} runs of ${protocol} are there`);
    return report.result({ protocol, total, made: [] });
  }
  report.line(`${total - there} of ${total} runs of ${protocol} to make`);
  const made: {
    protocol: string;
    name: string;
    variant?: string | undefined;
    seed: number;
    seconds: number;
    record: string;
  }[] = [];
  const onRecord = (record: RunRecord, seconds: number) => {
    const { protocol, name, variant, seed } = record;
    made.push({ protocol, name, variant, seed, seconds, record: store.path(record) });
    const broken = divergedLine(record);
    if (broken !== undefined) report.line(broken);
  };
  const workers = options.workers === undefined ? {} : { workers: options.workers };
  await withProgress<unknown>(total - there, (onProgress, signal) => {
    const settings = { ...workers, signal, onProgress, onRecord };
    if (task.kind === "sound") return soundStudy(task.groups, task.seeds, store, settings);
    const missing = task.specs.filter((spec) => !store.find(spec));
    return study(missing, store, settings);
  });
  for (const name of new Set(made.map((run) => run.name))) {
    const seconds = made.filter((run) => run.name === name).map((run) => run.seconds);
    report.line(`${modelTitle(name)} ${(seconds.reduce((a, b) => a + b) / seconds.length).toFixed(1)} s a run`);
  }
  report.result({ protocol, total, made });
}

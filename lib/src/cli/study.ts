import type { Command } from "commander";
import { ensureMnist1d } from "../dataset/index.js";
import { withProgress } from "../display/training-progress.js";
import { modelTitle } from "../figures/index.js";
import { experimentData } from "../studies/index.js";
import { type AnyRecord, countRuns, findRecords, madeHere, storeOf, study } from "../study/index.js";
import { project } from "../support/folders.js";
import { type Choice, onStudy, studyOf, tellOutdated } from "./choice.js";
import { shown, whole } from "./options.js";
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
    onStudy(program.command("study").description("make the missing runs of a study")).option(
      "--workers <n>",
      "processes that train at once (default: one a core)",
      whole,
    ),
    makeRuns,
  );
}

async function makeRuns(
  report: Report,
  { workers, ...options }: Choice & { workers?: number },
  name: string | undefined,
): Promise<void> {
  const { study: asked, title, require } = await studyOf(name, options);
  const store = storeOf(asked, options.fresh);
  const { total, there } = countRuns(findRecords(asked, store));
  tellOutdated(report, asked, store);
  const taken = there.filter((record) => !madeHere(record)).length;
  if (taken > 0)
    report.line(`${taken} of ${total} runs of ${title} come with the repository (--fresh makes them anew)`);
  const missing = total - there.length;
  if (missing === 0) {
    report.line(`all ${total} runs of ${title} are there`);
    return report.result({ study: title, total, made: [] });
  }
  report.line(`${missing} of ${total} runs of ${title} to make`);
  const made: object[] = [];
  const onRecord = (record: AnyRecord, seconds: number) => {
    const { protocol: part, name: model, variant, seed } = record;
    made.push({ part, model, variant, seed, seconds, record: store.where(record) });
    const run = [modelTitle(model), variant, `seed ${seed}`].filter(Boolean).join(", ");
    report.line(`${part}, ${run}: ${asked.metric.outcome(record)}, ${seconds.toFixed(0)} s`);
  };
  await withProgress(
    missing,
    (onProgress, signal) =>
      study(asked, { store, signal, onProgress, onRecord, require, ...(workers === undefined ? {} : { workers }) }),
    asked.metric.unit,
  );
  report.result({ study: title, total, made });
}

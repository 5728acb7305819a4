import { copyFileSync, mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import type { DataFrame } from "nodejs-polars";
import { writeAtomically } from "../atomic-file.js";
import { oneLine, UserError } from "../check.js";
import { ensureMnist1d } from "../dataset/index.js";
import { modelTitle } from "../figures/index.js";
import {
  checkColumns,
  comparisonColumns,
  interruptible,
  progress,
  resultColumns,
  showTable,
  summaryColumns,
} from "../notebook/index.js";
import { withProgress } from "../notebook/records.js";
import { trainAndKeep } from "../notebook/trained-models.js";
import { project } from "../project.js";
import {
  comparisonTable,
  degeneracyOf,
  degeneracyPath,
  experimentData,
  findRecords,
  loadTrained,
  ownStore,
  plan,
  type RunRecord,
  referenceStore,
  reproductionChecks,
  resultTable,
  soundStudy,
  study,
  summaryTable,
  trainedFolders,
  trainedPlan,
} from "../study/index.js";
import { type PlanOptions, planned, protocolChoices, stateOf, storeOf } from "./plans.js";
import { fillReadme, readmeParts, readReadme, referenceRecords } from "./readme.js";
import { addTasks } from "./tasks.js";

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("expected a whole number of at least 1");
  return value;
}

const shown = (path: string) => relative(process.cwd(), path) || ".";

const program = new Command("dms-ntm")
  .description("Continuous multi-scale heads in a Neural Turing Machine: data, runs, results")
  .exitOverride()
  // a suggestion would be a second line
  .configureOutput({ outputError: (text, write) => write(`dms-ntm: ${oneLine(text.replace(/^error: /, ""))}\n`) });
const command = (name: string, text: string) => program.command(name).description(text);
const names = (text: string) => text.split(",").filter(Boolean);
const withPlan = (name: string, text: string) =>
  command(name, text)
    .option("--protocol <name>", `one of ${protocolChoices.join(", ")} (default: DMS_NTM_PROFILE, or published)`)
    .option("--models <names>", "only these, e.g. gru,ntm (default: all of the protocol)", names)
    .option("--seeds <n>", "seeds a model (default: the protocol's)", whole)
    .option("--fresh", "sound protocol: leave the repository's records aside (default: DMS_NTM_FRESH)");

command("data", "make the data set, or check the one that is there").action(() => {
  const data = ensureMnist1d(project().data, experimentData);
  console.log(`data: MNIST-1D, ${data.train.rows} training and ${data.test.rows} test samples, in ${shown(project().data)}`);
});

withPlan("study", "make the runs of a protocol that this machine has not made yet")
  .option("--workers <n>", "processes that train at once (default: one a core)", whole)
  .action(async (options: PlanOptions & { workers?: number }) => {
    const task = planned(options);
    const store = storeOf(task, options);
    const { total, there, results, tuning } = stateOf(task, store);
    const taken = [...tuning, ...results.flatMap(({ records }) => records)].filter((record) => !ownStore().find(record));
    if (taken.length > 0)
      console.log(
        `study: ${taken.length} of ${total} runs of ${task.protocol} come with the repository (--fresh makes them anew)`,
      );
    if (there === total) return console.log(`study: all ${total} runs of ${task.protocol} are there`);
    console.log(`study: ${total - there} of ${total} runs of ${task.protocol} to make`);
    const seconds = new Map<string, number[]>();
    const onRecord = ({ name, seed, diverged }: RunRecord, took: number) => {
      seconds.set(name, [...(seconds.get(name) ?? []), took]);
      if (!diverged) return;
      const { epoch, step, loss, tensor } = diverged;
      const first = tensor === undefined ? "" : `; the first bad tensor was ${tensor}`;
      console.log(`study: ${modelTitle(name)} seed ${seed} diverged in epoch ${epoch}, step ${step}: loss ${loss}${first}`);
    };
    const workers = options.workers === undefined ? {} : { workers: options.workers };
    await withProgress<unknown>(total - there, (onProgress, signal) => {
      const settings = { ...workers, signal, onProgress, onRecord };
      if (task.kind === "sound") return soundStudy(task.groups, task.seeds, store, settings);
      const missing = task.specs.filter((spec) => !store.find(spec));
      return study(missing, store, settings);
    });
    for (const [name, list] of seconds) {
      console.log(`study: ${modelTitle(name)} ${(list.reduce((a, b) => a + b) / list.length).toFixed(1)} s a run`);
    }
  });

withPlan("results", "write the result tables of a protocol's runs, and show them").action((options: PlanOptions) => {
  const task = planned(options);
  const write = (name: string, table: DataFrame, columns: typeof resultColumns) => {
    const path = join(project().data, "results", `${name}.csv`);
    writeAtomically(path, table.writeCSV().toString());
    showTable(table, { columns, rows: table.height });
    console.log(`results: ${shown(path)}`);
  };
  for (const { protocol, records } of stateOf(task, storeOf(task, options)).results) {
    if (task.kind === "fixed") write(protocol, resultTable(records), resultColumns);
    else if (records.length === 0) console.log(`results: no run of ${protocol} yet`);
    else {
      write(protocol, summaryTable(records), summaryColumns);
      write(`${protocol}-pairs`, comparisonTable(records), comparisonColumns);
    }
  }
});

withPlan("check", "compare this machine's results with the committed and the published ones; the exit status tells").action(
  (options: PlanOptions) => {
    const plan = planned(options);
    const [own, reference] = [ownStore(), referenceStore()].map((store) => stateOf(plan, store).results);
    const checks = own!.flatMap(({ protocol, records }) => {
      const committed = reference!.find((result) => result.protocol === protocol)!.records;
      if (records.length > 0 && committed.length > 0) return reproductionChecks(records, committed);
      console.log(
        `check: ${protocol} has no ${records.length === 0 ? "runs of this machine" : "committed runs"} to compare with`,
      );
      return [];
    });
    if (checks.length === 0) return;
    showTable([...checks], { title: "This machine's results against those that they should reproduce", columns: checkColumns });
    const outside = checks
      .filter(({ inside, against }) => !inside && against === "committed")
      .map(({ model }) => modelTitle(model));
    if (outside.length > 0)
      throw new UserError(`${outside.join(", ")}: further from the committed results than chance explains`);
    console.log("check: the committed results are reproduced");
  },
);

withPlan("reference", "keep this machine's records as the repository's").action((options: PlanOptions) => {
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
    mkdirSync(join(reference.folder, record.protocol), { recursive: true });
    copyFileSync(own.path(record), reference.path(record));
  }
  console.log(`reference: ${records.length} records in ${shown(reference.folder)}`);
});

command("weights", "train the models whose weights come with the repository, where they are missing")
  .option("--models <names>", "only these, e.g. ntm,dms-periodic (default: all of them)", names)
  .action(async (options: { models?: string[] }) => {
    for (const spec of trainedPlan(options.models)) {
      const folder = trainedFolders(spec.name).reference;
      const there = await loadTrained(folder, spec.config.model);
      if (!there) await trainAndKeep(spec, folder);
      const { result } = (there ?? (await loadTrained(folder))!).recipe;
      const accuracy = `test accuracy ${(100 * result.testAccuracy).toFixed(1)} %`;
      console.log(`weights: ${shown(folder)} ${there ? "is there" : "made"}, ${accuracy}`);
    }
  });

command("degeneracy", "train the published memory models again, and measure how far their slots ever differ").action(
  async () => {
    const { records, missing } = findRecords(plan("published"));
    if (missing.length > 0) throw new UserError(`${missing.length} runs are missing: run \`make study\` first`);
    const bar = progress("Measuring", { unit: "runs" });
    const measured = await interruptible((signal) =>
      degeneracyOf(
        records,
        (done, total, { name, seed }) => bar.update({ done, total, text: `${modelTitle(name)} seed ${seed}` }),
        signal,
      ),
    );
    bar.finish();
    const path = degeneracyPath(referenceStore().folder);
    writeAtomically(path, `${JSON.stringify(measured, null, 1)}\n`);
    console.log(`degeneracy: ${measured.runs.length} models measured, in ${shown(path)}`);
  },
);

command("readme", "fill in README.md's generated parts from the repository's records").action(() => {
  const path = join(project().root, "README.md");
  writeAtomically(path, fillReadme(readReadme(path), readmeParts(referenceRecords())));
  console.log(`readme: ${shown(path)} is up to date`);
});

addTasks(program, { names, whole });

/**
 * Runs a command.
 *
 * @param args as after the program's name on a command line
 * @returns the exit status; what went wrong has then been told, in one line on stderr
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    // commander has told its own errors, and has shown a help that was asked for
    if (error instanceof CommanderError) return error.exitCode;
    console.error(`dms-ntm: ${oneLine((error as Error).message)}`);
    return (error as Error).name === "AbortError" ? 130 : 1;
  }
}

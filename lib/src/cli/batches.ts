import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { Command } from "commander";
import { withProgress } from "../display/training-progress.js";
import {
  type AnyRecord,
  Batches,
  batchesOf,
  ChosenRate,
  ContinuedStore,
  chosenRate,
  makeRuns,
  ownStore,
  referenceStore,
  specsOf,
  storeOf,
} from "../study/index.js";
import { runName, sealOf } from "../study/record.js";
import { checkWritable, readJson, writeAtomically } from "../support/files.js";
import { UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { type Choice, onStudy, studyOf, wholeStudy } from "./choice.js";
import { shown, whole } from "./options.js";
import { type Report, reporting } from "./report.js";

const ELSEWHERE = "give another file for --into";

/** Adds the commands by which another program, such as a workflow engine, makes the runs of a study. */
export function addBatches(program: Command): void {
  const cut = onStudy(
    program.command("batches").description("cut the runs of a study into batches for another program to hand out"),
  )
    .option("--size <n>", "at most this many runs per batch", whole, 10)
    .option("--into <file>", "write them there (with --json to stdout as well)");
  reporting(cut, cutStudy);
  const choose = program
    .command("rate")
    .description("choose a model's learning rate by its tuning runs")
    .argument("<file>", "as `dms-ntm batches` wrote it")
    .argument("<id>", "of the learning rate")
    .option("--into <file>", "write it there");
  reporting(choose, chooseRate);
  const make = program
    .command("batch")
    .description(
      "make the runs of a batch that aren't made yet, one after the other on one core; records of another config are put aside",
    )
    .argument("<file>", "as `dms-ntm batches` wrote it")
    .argument("<id>", "of the batch")
    .option("--rate <file>", "its learning rate, as `dms-ntm rate` wrote it, where that was to be chosen")
    .option("--into <file>", "file for the records made, with the time and memory they took");
  reporting(make, makeBatch);
}

async function cutStudy(
  report: Report,
  options: Choice & { size: number; into?: string },
  name: string | undefined,
): Promise<void> {
  const { size, into, ...choice } = options;
  const { study, asked, require } = await studyOf(name, choice);
  const store = storeOf(study, options.fresh);
  // what comes with the repository needn't be made; what this machine made is found when the batch is
  const kept = store instanceof ContinuedStore;
  const result: Batches = {
    study: asked,
    require,
    fresh: !kept,
    ...batchesOf(study, size, kept ? referenceStore() : undefined),
  };
  const all = Object.values(result.batches);
  report.line(
    `${all.reduce((sum, { seeds }) => sum + seeds.length, 0)} runs of ${study.name} in ${all.length} batches`,
  );
  if (into !== undefined) writeAtomically(into, `${JSON.stringify(result)}\n`, ELSEWHERE);
  report.result(result);
}

async function chooseRate(report: Report, { into }: { into?: string }, file: string, id: string): Promise<void> {
  const { study, fresh, rates } = planIn(file);
  const rate = entry(rates, id, file, "learning rate");
  const value = await wholeStudy(study);
  const result = chosenRate(rate, value, storeOf(value, fresh));
  if (into !== undefined) writeAtomically(into, `${JSON.stringify(result)}\n`, ELSEWHERE);
  report.line(`${rate.model} of ${rate.part}: learning rate ${result.learningRate}`);
  report.result(result);
}

async function makeBatch(
  report: Report,
  { rate, into }: { rate?: string; into?: string },
  file: string,
  id: string,
): Promise<void> {
  const { study, require, batches } = planIn(file);
  const batch = entry(batches, id, file, "batch");
  if (into !== undefined) checkWritable(into, ELSEWHERE);
  const started = performance.now();
  const { metric } = await wholeStudy(study); // registers what its models are made of, too
  const specs = specsOf(
    batch,
    rate === undefined ? undefined : check(ChosenRate, jsonIn(rate, "`dms-ntm rate --into`"), rate),
  );
  const store = ownStore();
  const replaced = specs.filter((spec) => store.putAside(spec));
  if (replaced.length > 0)
    report.line(`${replaced.length} records of another config are put aside, in ${shown(store.folder)}`);
  const missing = specs.filter((spec) => !store.find(spec)).length;
  const made: { run: string; seconds: number }[] = [];
  let [cpuSeconds, megabytes] = [0, 0];
  const records: AnyRecord[] = await withProgress(
    missing,
    (onProgress, signal) =>
      makeRuns(specs, store, {
        workers: 1,
        require,
        signal,
        onProgress,
        onRecord: (record, seconds, usage) => {
          made.push({ run: runName(record), seconds });
          ({ cpuSeconds, megabytes } = usage);
        },
      }),
    metric.unit,
  );
  const own = process.resourceUsage();
  const result = {
    batch: id,
    made,
    seconds: (performance.now() - started) / 1000,
    // of this process and of the one that trained
    cpuSeconds: cpuSeconds + (own.userCPUTime + own.systemCPUTime) / 1e6,
    megabytes: Math.round(megabytes + own.maxRSS / 1024),
    records: Object.fromEntries(records.map((record) => [runName(record), sealOf(record)])),
  };
  if (into !== undefined) writeAtomically(into, `${JSON.stringify(result, null, 1)}\n`, ELSEWHERE);
  report.line(`${id}: ${made.length} of ${specs.length} runs made, the others were there`);
  report.result(result);
}

const planIn = (file: string): Batches => check(Batches, jsonIn(file, "`dms-ntm batches --into`"), file);

function entry<T>(all: Record<string, T>, id: string, file: string, what: string): T {
  if (!Object.hasOwn(all, id))
    throw new UserError(`${file} has no ${what} ${id}, expected one of its ${Object.keys(all).length}`);
  return all[id]!;
}

function jsonIn(file: string, writer: string): unknown {
  if (!existsSync(file)) throw new UserError(`${file} is missing: ${writer} writes it`);
  return readJson(file, `${writer} writes it anew`);
}

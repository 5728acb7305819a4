// Finding, summary, comparison and a figure of many records: node bench/records.mjs [records, 100000]
// Made-up records, each with a curve of its own, packed as `dms-ntm records pack` leaves them: 100 seeds of 10 models
// on each of many parts. Measured twice, in a process of its own each: the second finds what the first has checked.
// In processes of their own as well: the repository's records, all studies with their own comparisons; and the least that
// a lazy scan of polars takes, which checks nothing.
// CPU seconds (user and system) and resident memory of the process: what else the machine does changes them little.
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { compare, comparisonTable, figures, publishedModels, records, recordsOf, renderSvg, studies, summaryTable } =
  createRequire(import.meta.url)("dms-ntm");
const SEEDS = 100;
const count = Number(process.argv[2] ?? 100_000);
const names = Array.from({ length: 10 }, (_, i) => `model-${i}`);
const source = studies.sound.parts[0];
const study = {
  ...studies.sound,
  name: "many",
  parts: Array.from({ length: Math.ceil(count / SEEDS / names.length) }, (_, i) => ({
    ...source,
    name: `part-${i}`,
    models: Object.fromEntries(names.map((name, k) => [name, { ...publishedModels.mlp, hidden: [8 + k] }])),
    learningRate: 0.01,
    seeds: SEEDS,
  })),
  families: [
    { question: "all against the first", pairs: names.slice(1).map((name) => [name, names[0]]), partByPart: true },
  ],
};

function* madeUp(part, template) {
  for (const [at, name] of names.entries()) {
    const config = records.configOf(part, name, part.learningRate);
    for (let seed = 0; seed < SEEDS; seed++) {
      const [correct, of] = [560 + at + ((seed * 7919 + at * 104729) % 97), 800];
      const testAccuracy = correct / of;
      const curve = template.curve.map((point) => ({ ...point, trainLoss: point.trainLoss + seed * 1e-6 }));
      curve[curve.length - 1].testAccuracy = testAccuracy;
      const result = { testAccuracy, correct, of, bestValidation: records.bestValidation(curve) };
      yield { ...template, protocol: part.name, name, seed, config, learningRate: part.learningRate, curve, result };
    }
  }
}

/** Writes the records. @returns MB */
function write(folder) {
  mkdirSync(folder, { recursive: true });
  const [template] = recordsOf(studies.sound, records.referenceStore());
  return study.parts.reduce((sum, part) => {
    const file = join(folder, `${part.name}.jsonl`);
    const lines = Array.from(madeUp(part, template), (record) => `${JSON.stringify(records.sealed(record))}\n`);
    appendFileSync(file, lines.join(""));
    return sum + statSync(file).size / 1e6;
  }, 0);
}

function usage() {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpu: (userCPUTime + systemCPUTime) / 1e6, most: maxRSS / 1024 };
}

async function step(what, work) {
  const before = usage().cpu;
  const result = await work();
  console.log(
    `${what.padEnd(12)} ${(usage().cpu - before).toFixed(1)} s CPU, at most ${usage().most.toFixed(0)} MiB so far`,
  );
  return result;
}

async function measureOwn() {
  const all = Object.values(studies).filter(({ remade }) => !remade);
  const store = records.referenceStore();
  const found = await step("find", () => all.map((one) => recordsOf(one, store)));
  await step("summary", () => found.map((some) => some.length > 0 && summaryTable(some)));
  await step("comparison", () => all.map((one, i) => comparisonTable(compare(one, found[i]))));
  const lines = store.parts().reduce((sum, part) => sum + store.all(part).length, 0);
  console.log(`${found.flat().length} runs that are judged, of ${lines} records`);
}

async function scan(folder) {
  const { default: pl } = await import("nodejs-polars");
  const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  const one = (name) => pl.scanJson(join(folder, name)).select("name", "protocol", "seed", "result").collectSync();
  const { height } = await step("scan", () => pl.concat(files.map(one)));
  console.log(`${height} rows`);
}

async function measure(folder) {
  const found = await step("find", () => recordsOf(study, new records.ReferenceStore(folder)));
  if (found.length !== study.parts.length * names.length * SEEDS) throw new Error(`${found.length} records were found`);
  const table = await step("summary", () => summaryTable(found));
  const pairs = await step("comparison", () => comparisonTable(compare(study, found)));
  const first = found.filter(({ protocol }) => protocol === "part-0");
  await step("figure", () => renderSvg(figures.accuracyStrip(first)));
  console.log(`${table.height} rows, ${pairs.height} pairs`);
}

const inProcessOf = (what, env) => {
  console.log(`${what}:`);
  const { status } = spawnSync(process.execPath, ["--no-deprecation", ...process.argv.slice(1)], {
    env: { ...process.env, ...env },
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
};

if (process.env.DMS_NTM_MANY === "own") {
  await measureOwn();
} else if (process.env.DMS_NTM_SCAN) {
  await scan(process.env.DMS_NTM_SCAN);
} else if (process.env.DMS_NTM_MANY) {
  await measure(process.env.DMS_NTM_MANY);
} else {
  inProcessOf("the repository's", { DMS_NTM_MANY: "own" });
  const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-many-"));
  const folder = join(scratch, "data/runs");
  try {
    const megabytes = write(folder);
    console.log(
      `${study.parts.length * names.length * SEEDS} records, ${megabytes.toFixed(0)} MB in ${study.parts.length} files`,
    );
    for (const what of ["first", "again"]) inProcessOf(what, { DMS_NTM_MANY: folder, DMS_NTM_OUT: scratch });
    inProcessOf("polars", { DMS_NTM_SCAN: folder });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

// Finding, summary, comparison and figures of many records: node bench/records.mjs [records, 100000]
// Made-up records of one real config a part and model, each with a curve of its own, packed as `dms-ntm records pack` leaves them.
// CPU seconds (user and system) of this process, and its largest resident memory: what else the machine does changes them little.
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { compare, comparisonTable, figures, recordsOf, records, renderSvg, studies, summaryTable, percentText } = createRequire(
  import.meta.url,
)("dms-ntm");
const count = Number(process.argv[2] ?? 100_000);
const seeds = Math.min(1000, Math.ceil(count / 100));
const [template] = recordsOf(studies.sound, records.referenceStore());
const models = Object.fromEntries(
  Array.from({ length: 10 }, (_, i) => [`model-${i}`, { ...template.config.model, hidden: [8 + i] }]),
);
const source = studies.sound.parts[0];
const parts = Array.from({ length: Math.ceil(count / seeds / 10) }, (_, i) => ({
  ...source,
  name: `part-${i}`,
  models,
  learningRate: 0.01,
  seeds,
  training: { ...source.training, epochs: 60 },
}));
const study = { ...studies.sound, name: "many", parts, families: [{ question: "all", pairs: "all", partByPart: true }] };

function* madeUp(part) {
  for (const [at, name] of Object.keys(models).entries()) {
    const config = records.configOf(part, name, 0.01);
    for (let seed = 0; seed < seeds; seed++) {
      const correct = 560 + at + ((seed * 7919 + at * 104729) % 97);
      const { curve, result, ...rest } = template;
      const own = curve.map((point) => ({ ...point, trainLoss: point.trainLoss + seed * 1e-6 }));
      own[own.length - 1] = { ...own.at(-1), testAccuracy: correct / 800 };
      const best = records.bestValidation(own);
      yield {
        ...rest,
        protocol: part.name,
        name,
        seed,
        config,
        learningRate: 0.01,
        curve: own,
        result: { testAccuracy: correct / 800, correct, of: 800, bestValidation: best },
      };
    }
  }
}

const cpu = () => (({ userCPUTime, systemCPUTime }) => (userCPUTime + systemCPUTime) / 1e6)(process.resourceUsage());
const folder = mkdtempSync(join(tmpdir(), "dms-ntm-many-"));
try {
  mkdirSync(folder, { recursive: true });
  let bytes = 0;
  for (const part of parts) {
    const file = join(folder, `${part.name}.jsonl`);
    let lines = "";
    for (const record of madeUp(part)) {
      lines += `${JSON.stringify(records.sealed(record))}\n`;
      if (lines.length > 1 << 24) [lines] = ["", appendFileSync(file, lines)];
    }
    appendFileSync(file, lines);
    bytes += statSync(file).size;
  }
  console.log(`${parts.length * 10 * seeds} records, ${(bytes / 1e6).toFixed(0)} MB in ${parts.length} files`);
  const step = async (what, work) => {
    const before = cpu();
    const result = await work();
    console.log(
      `${what.padEnd(12)} ${(cpu() - before).toFixed(1)} s CPU, ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB resident`,
    );
    return result;
  };
  const store = new records.ReferenceStore(folder);
  const found = await step("find", () => recordsOf(study, store));
  if (found.length !== parts.length * 10 * seeds) throw new Error(`${found.length} records were found`);
  await step("find again", () => recordsOf(study, store));
  const table = await step("summary", () => summaryTable(found));
  const pairs = await step("comparison", () => comparisonTable(compare(study, found)));
  await step("figure", async () => renderSvg(figures.accuracyStrip(found.filter(({ protocol }) => protocol === "part-0"))));
  console.log(
    `${table.height} rows, ${pairs.height} pairs; at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB; ${percentText(found[0].result.testAccuracy)} %`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

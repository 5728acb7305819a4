// What a study costs on a cluster, on paper from what was measured (costs.json): node cluster/costs.mjs prints the
// guide's tables as Markdown, and with a path draws the picture there.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const { snakemakeJob, kinds, cut: kind } = JSON.parse(readFileSync(new URL("costs.json", import.meta.url), "utf8"));
const RUNS = 100_000;

const number = (value, digits = 0) =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const table = (head, rows) =>
  [head, head.map((_, i) => (i === 0 ? ":--" : "--:")), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/**
 * CPU seconds of a run, and of a batch's start: two batches of one kind of run differ by two runs alone. Of a long run
 * its first part was measured so, and a batch of one that is `longer`; a run goes on `times` as long as that one does.
 */
const measuredRun = ({ batchOf1, batchOf3 }) => (batchOf3 - batchOf1) / 2;
const run = (one) => measuredRun(one) + (one.longer ? one.longer.times * (one.longer.batchOf1 - one.batchOf1) : 0);
const start = (one) => one.batchOf1 - measuredRun(one);

/** CPU seconds of a job that aren't training. */
const overhead = (one) => snakemakeJob + start(one);
/** What of the core time isn't training, in jobs of so many runs of so many CPU seconds that start as this kind. */
const lost = (one, size, seconds) => overhead(one) / (overhead(one) + size * seconds);

const each = (value, digits) => Object.values(kinds).map((one) => number(value(one), digits));
const measured = table(
  ["On one core", ...Object.keys(kinds)],
  [
    ["Snakemake's own process in a job, CPU seconds", ...each(() => snakemakeJob, 1)],
    ["start of the batch's two processes, and compiling, CPU seconds", ...each(start, 1)],
    ["a run, CPU seconds", ...each(run, 1)],
    ["memory of the batch's two processes, MB", ...each(({ megabytes }) => megabytes)],
    ["a record, bytes", ...each(({ record }) => record)],
  ],
);

function cut(one) {
  const seconds = run(one);
  return table(
    ["Runs a job", "jobs", "core-hours", "not training", "files in the end", "of them records, MB"],
    [1, 10, 100].map((size) => {
      const jobs = RUNS / size;
      const hours = (RUNS * seconds + jobs * overhead(one)) / 3600;
      // a job leaves its mark and Snakemake's note of it
      return [
        size,
        number(jobs),
        number(hours),
        `${number(100 * lost(one, size, seconds))} %`,
        number(RUNS + 2 * jobs),
        number((RUNS * one.record) / 1e6),
      ].map(String);
    }),
  );
}

if (process.argv[1]?.endsWith("costs.mjs")) {
  const [, , path] = process.argv;
  if (path?.startsWith("-")) {
    console.error("usage: node cluster/costs.mjs [PICTURE.svg]");
    process.exit(1);
  }
  console.log(`${measured}\n\n${cut(kinds[kind])}`);
  if (path) {
    const sizes = [1, 2, 5, 10, 20, 50, 100];
    const values = [5, 15, 60, 300].flatMap((seconds) =>
      sizes.map((size) => ({ size, seconds: `${seconds} s`, lost: lost(kinds[kind], size, seconds) })),
    );
    const { renderSvg } = createRequire(import.meta.url)("dms-ntm");
    const spec = {
      data: { values },
      width: 420,
      height: 240,
      mark: { type: "line", point: true },
      encoding: {
        x: {
          field: "size",
          type: "quantitative",
          scale: { type: "log" },
          axis: { values: sizes },
          title: "runs a job",
        },
        y: { field: "lost", type: "quantitative", axis: { format: "%" }, title: "core time that isn't training" },
        color: { field: "seconds", type: "nominal", sort: null, title: "a run takes" },
      },
    };
    writeFileSync(path, await renderSvg(spec));
  }
}

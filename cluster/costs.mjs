// What a study costs on a cluster, on paper from what was measured (costs.json): node cluster/costs.mjs prints the
// guide's tables as Markdown, and with a path draws the picture there.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const { snakemakeJob, start, runs, record } = JSON.parse(readFileSync(new URL("costs.json", import.meta.url), "utf8"));
const RUNS = 100_000;

const number = (value, digits = 0) =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const table = (head, rows) =>
  [head, head.map((_, i) => (i === 0 ? ":--" : "--:")), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** CPU seconds of a job that aren't training. */
const overhead = snakemakeJob + start;
/** What of the core time isn't training, in jobs of so many runs of so many CPU seconds. */
const lost = (size, seconds) => overhead / (overhead + size * seconds);

export const measured = table(
  ["Measured, on one core", "CPU seconds"],
  [
    ["Snakemake's own process in a job", number(snakemakeJob, 1)],
    ["start of the batch's two processes, and compiling", number(start, 1)],
    ...Object.entries(runs).map(([what, seconds]) => [`a run: ${what}`, number(seconds, 1)]),
  ],
);

export function cut(seconds) {
  return table(
    ["Runs a job", "jobs", "core-hours", "not training", "files in the end", "of them records, MB"],
    [1, 10, 100].map((size) => {
      const jobs = RUNS / size;
      const hours = (RUNS * seconds + jobs * overhead) / 3600;
      // a job leaves its mark and Snakemake's note of it
      return [
        size,
        number(jobs),
        number(hours),
        `${number(100 * lost(size, seconds))} %`,
        number(RUNS + 2 * jobs),
        number((RUNS * record) / 1e6),
      ].map(String);
    }),
  );
}

/** Seconds of the run that the second table is about. */
export const typical = runs["range-copy, DMS periodic"];

if (process.argv[1]?.endsWith("costs.mjs")) {
  console.log(`${measured}\n\n${cut(typical)}`);
  const [, , path] = process.argv;
  if (path) {
    const sizes = [1, 2, 5, 10, 20, 50, 100];
    const values = [5, 15, 60, 300].flatMap((seconds) =>
      sizes.map((size) => ({ size, seconds: `${seconds} s`, lost: lost(size, seconds) })),
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

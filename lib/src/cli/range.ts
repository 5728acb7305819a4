import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { UserError } from "../check.js";
import { modelTitle } from "../figures/index.js";
import { withProgress } from "../notebook/records.js";
import { findRange, type RangeChoice, rangeSeeds, rangeStudy, type TaskRecord, taskStore, taskStores } from "../study/index.js";

interface RangeOptions extends RangeChoice {
  tasks?: string[];
  models?: string[];
  seeds?: number;
  workers?: number;
  fresh?: boolean;
}

/** Adds the commands of the study of long range to a program. */
export function addRange(
  program: Command,
  parse: { names: (text: string) => string[]; whole: (text: string) => number },
): void {
  program
    .command("range")
    .description("make the runs of the study of long range that neither this machine nor the repository has")
    .option("--tasks <names>", "only these, e.g. copy,jump-recall (default: all)", parse.names)
    .option("--models <names>", "only these, e.g. ntm,dms (default: all)", parse.names)
    .option("--seeds <n>", "seeds a task and model", parse.whole)
    .option("--workers <n>", "processes that train at once (default: one a core)", parse.whole)
    .option("--fresh", "leave the repository's records aside (default: DMS_NTM_FRESH)")
    .action(rangeRuns);
  program
    .command("range-reference")
    .description("keep this machine's runs on tasks as the repository's")
    .action(() => {
      const { own, reference } = taskStores();
      const { tuning, evaluation } = findRange(own);
      const records = [...tuning, ...evaluation];
      if (records.length === 0) throw new UserError("this machine has made no run on a task: run `dms-ntm range` first");
      for (const record of records) {
        mkdirSync(join(reference.folder, record.protocol), { recursive: true });
        copyFileSync(own.path(record), reference.path(record));
      }
      console.log(`range-reference: ${records.length} records kept`);
    });
}

async function rangeRuns({ seeds = rangeSeeds, workers, fresh, ...choice }: RangeOptions): Promise<void> {
  const store = taskStore(fresh);
  const { tuning, evaluation, planned } = findRange(store, choice, seeds);
  const missing = planned.tuning + planned.evaluation - tuning.length - evaluation.length;
  if (missing === 0) return console.log(`range: all ${planned.tuning + planned.evaluation} runs are there`);
  console.log(`range: ${missing} of ${planned.tuning + planned.evaluation} runs to make`);
  const onRecord = ({ protocol, name, variant, seed, sequencesToConverge: at, curve }: TaskRecord, seconds: number) => {
    const how = at === null ? `not converged (${curve.at(-1)?.cost.toPrecision(2)} bits)` : `converged after ${at} sequences`;
    console.log(
      `range: ${protocol}, ${[modelTitle(name), variant, `seed ${seed}`].filter(Boolean).join(", ")}: ${how}, ${seconds.toFixed(0)} s`,
    );
  };
  const settings = { onRecord, ...(workers === undefined ? {} : { workers }) };
  await withProgress<unknown>(
    missing,
    (onProgress, signal) => rangeStudy(store, choice, seeds, { ...settings, onProgress, signal }),
    "points",
  );
}

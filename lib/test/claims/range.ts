import assert from "node:assert/strict";
import { median } from "../../src/stats/index.js";
import { rangeModels, studies } from "../../src/studies/index.js";
import { compare } from "../../src/study/index.js";
import type { TaskModel } from "../../src/training/index.js";
import { type Claim, longParts, long as longRuns, range } from "./claim.js";

// long range
const converged = range.filter(({ sequencesToConverge }) => sequencesToConverge !== null);
const tried = longParts.flatMap(({ tuning }) => tuning);
const attempts = ["ntm", "dms-periodic", "lie-access", "dnc"].map((model) => {
  const runs = tried.filter(
    ({ protocol, name, variant }) => protocol === "long-copy-tune" && name === model && variant === "recipe",
  );
  assert.equal(runs.length, 1, `attempts at the recipe of ${model}`);
  return runs[0]!;
});
/** Of 100 test sequences of 80 vectors, how many without a wrong bit. */
const perfect = attempts.map(({ tests }) => {
  const { sequences, perfect } = tests.find(({ length }) => length === 80)!;
  return sequences === 100 ? Math.round(100 * perfect) : Number.NaN;
});

/** The attempt at the recipe on associative recall. */
const recall = (model: string) =>
  tried.find(
    ({ protocol, name, variant }) => protocol === "long-associative-recall-tune" && name === model && variant === "recipe",
  )!;

/** Jump recall, and its planned comparisons. */
const jumps = longRuns.filter(({ protocol }) => protocol === "long-jump-recall");
const jumping = ["dms-periodic", "ntm-wide", "ntm"].map((model) => {
  const runs = jumps.filter(({ name }) => name === model);
  const costs = (length: number) => median(runs.map(({ tests }) => tests.find((one) => one.length === length)!.cost));
  const learned = runs.filter(({ sequencesToConverge }) => sequencesToConverge !== null).length;
  return { seeds: runs.length, learned, trained: costs(10), twice: costs(20) };
});
const jumpP = ["ntm", "ntm-wide"].map((rival) => compare(studies.long, jumps).find(({ against }) => against === rival)!.p);

/** What is said of long range. */
export const rangeClaims: Claim[] = [
  { text: "on ten tasks", holds: studies.range.parts.length === 10 },
  {
    text: "mostly learned nothing: 184 of 770 runs converged",
    holds: converged.length === 184 && range.length === 770,
  },
  {
    text: "at most 80,000 sequences",
    holds: Math.max(...range.map(({ config }) => config.training.sequences)) === 80_000,
  },
  {
    text: "Their memories start from learned contents",
    holds: Object.values(rangeModels).every((model) => model.kind !== "ntm" || startOf(model.initial) === "learned"),
  },
  {
    text: "three models have their ten seeds. Of these 8 of DMS-NTM periodic learn the task, 2 of NTM wide, which shifts by up to ten slots, and none of NTM",
    holds: jumping.every(({ seeds }) => seeds === 10) && `${jumping.map(({ learned }) => learned)}` === "8,2,0",
  },
  {
    text: "a sequence costs 0.019, 0.39 and 3.1 bits in the median",
    holds: `${jumping.map(({ trained }) => Number(trained.toPrecision(2)))}` === "0.019,0.39,3.1",
  },
  {
    text: "exact p = 0.0005 against NTM and 0.019 against NTM wide",
    holds: jumpP[0]!.toFixed(4) === "0.0005" && jumpP[1]!.toFixed(3) === "0.019",
  },
  {
    text: "one run each again, NTM learns 2 to 6 items within 52,000 sequences and recalls from 20 without a wrong bit; Lie-access and DMS-NTM periodic don't learn it in 200,000",
    holds:
      recall("ntm").sequencesToConverge === 52_000 &&
      recall("ntm").tests.every(({ perfect }) => perfect === 1) &&
      recall("ntm").tests.at(-1)!.length === 20 &&
      ["lie-access", "dms-periodic"].every((model) => {
        const { sequencesToConverge, curve } = recall(model);
        return sequencesToConverge === null && curve.at(-1)!.sequences === 200_000;
      }),
  },
  { text: "both reach and continuity seem to help there", holds: jumpP.every((p) => p < 0.05) && jumping[1]!.learned > 0 },
  { text: "Nobody carries it to twice that length", holds: jumping.every(({ twice }) => twice > 24) },
  { text: "It isn't finished, and no task has all its runs", holds: longParts.every(({ missing }) => missing.length > 0) },
  {
    text: "an LSTM controller, a memory that starts constant, batches of 8",
    holds: attempts.every(({ config: { model, training } }) => {
      const constant = model.kind !== "ntm" || startOf(model.initial) === "constant"; // the others have no other start
      return "controller" in model && model.controller === "lstm" && constant && training.batch === 8;
    }),
  },
  {
    text: "all learn to copy 1 to 20 vectors of 8 bits within 50,000 sequences",
    holds: attempts.every(({ sequencesToConverge, config: { task } }) => {
      const { bits, lengths } = task as { bits?: number; lengths?: number[] };
      return sequencesToConverge! > 0 && sequencesToConverge! <= 50_000 && bits === 8 && `${lengths}` === "1,20";
    }),
  },
  {
    text: "Of 100 test sequences of 80 vectors, NTM and DMS-NTM periodic copy 100 without a wrong bit, Lie-access 44 and DNC 4",
    holds: `${perfect}` === "100,100,44,4",
  },
];

/** How a memory's contents start. */
function startOf(initial: Extract<TaskModel, { kind: "ntm" }>["initial"]): string | undefined {
  if (typeof initial !== "object") return initial;
  return typeof initial.memory === "object" ? initial.memory.kind : initial.memory;
}

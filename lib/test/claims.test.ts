/**
 * README's own text, claim by claim: each number and each judging sentence beside what the committed records say. Text in code, links and
 * the section of commands is left out.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { modelTitle } from "../src/figures/index.js";
import { median, percentText } from "../src/stats/index.js";
import { rangeModels, studies } from "../src/studies/index.js";
import {
  type Comparison,
  compare,
  findRecords,
  orderShares,
  publishedOf,
  readDegeneracy,
  recordsOf,
  referenceStore,
  summarizeModels,
} from "../src/study/index.js";
import { project } from "../src/support/folders.js";
import type { TaskModel } from "../src/training/index.js";

interface Claim {
  /** as it stands in README.md, line breaks aside */
  text: string;
  holds: boolean;
}

const store = referenceStore();
const published = recordsOf(studies.published, store);
const sound = recordsOf(studies.sound, store);
const range = recordsOf(studies.range, store);

// the published study
const order = ["ntm", "gru", "dms", "mlp"];
const asPublished = compare(studies.published, published);
const summaries = summarizeModels(published, publishedOf(studies.published));
const degeneracy = readDegeneracy(store.folder);
const shares = orderShares(published, order)!;

// the sound study
const comparisons = compare(studies.sound, sound);
const ofFamily = (name: string) => comparisons.filter(({ family }) => family === name);
const [shifts, memories, description] = ["continuous or discrete shifts", "a memory or none", "description"].map(ofFamily) as [
  Comparison[],
  Comparison[],
  Comparison[],
];

/** The comparison of two models, turned if it stands the other way round. */
function pair(family: Comparison[], part: string, one: string, other: string) {
  const found = family.find(
    ({ part: of, model, against }) => of === part && [one, other].every((x) => [model, against].includes(x)),
  );
  assert.ok(found, `${part}: ${one} isn't compared with ${other}`);
  return { ...found, points: 100 * found.mean! * (found.model === one ? 1 : -1) };
}
const rounds = (value: number, to: number, digits: number) => value.toFixed(digits) === to.toFixed(digits);
const tie = ({ outcome }: Comparison) => outcome === "tie";

/** Accuracies by seed, and the seeds of runs that failed to train: more than 10 points below the median of their model. */
function runsOf(part: string, model: string) {
  const runs = sound.filter(({ protocol, name }) => protocol === part && name === model);
  const bySeed = new Map(runs.map(({ seed, result }) => [seed, result.testAccuracy]));
  const sorted = [...bySeed.values()].sort((a, b) => a - b);
  const middle = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
  return { bySeed, failed: [...bySeed].filter(([, accuracy]) => accuracy < middle - 0.1).map(([seed]) => seed) };
}
const [ntm40, periodic40] = [runsOf("sound-40", "ntm-learned"), runsOf("sound-40", "dms-periodic")];
const trained = [...ntm40.bySeed.keys()].filter((seed) => ![...ntm40.failed, ...periodic40.failed].includes(seed));
const left =
  trained.reduce((sum, seed) => sum + 100 * (periodic40.bySeed.get(seed)! - ntm40.bySeed.get(seed)!), 0) / trained.length;

// long range
const converged = range.filter(({ sequencesToConverge }) => sequencesToConverge !== null);
const long = findRecords(studies.long, store);
const tried = long.flatMap(({ tuning }) => tuning);
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
const jumps = recordsOf(studies.long, store).filter(({ protocol }) => protocol === "long-jump-recall");
const jumping = ["dms-periodic", "ntm-wide", "ntm"].map((model) => {
  const runs = jumps.filter(({ name }) => name === model);
  const costs = (length: number) => median(runs.map(({ tests }) => tests.find((one) => one.length === length)!.cost));
  const learned = runs.filter(({ sequencesToConverge }) => sequencesToConverge !== null).length;
  return { seeds: runs.length, learned, trained: costs(10), twice: costs(20) };
});
const jumpP = ["ntm", "ntm-wide"].map((rival) => compare(studies.long, jumps).find(({ against }) => against === rival)!.p);

const claims: Claim[] = [
  {
    text: "NTM, DMS-NTM and GRU can't be told apart; only the MLP, which isn't recurrent, is behind",
    holds: asPublished.every((one) => tie(one) === (one.model !== "mlp") && (tie(one) || one.outcome === "loses")),
  },
  {
    text: "all slots of its memories stay the same",
    holds: degeneracy!.runs.every(({ betweenSlots, memory }) => betweenSlots === 0 && memory === 0),
  },
  {
    text: "continuous shifts are better than discrete ones in none of four comparisons, and maybe worse in two",
    holds: `${shifts.map(({ outcome }) => outcome)}` === "tie,loses,tie,loses",
  },
  { text: "mean ± sd of 10 seeds", holds: summaries.every(({ seeds }) => seeds === 10) },
  ...summaries.map((row) => {
    const cells = [
      modelTitle(row.model),
      `**${percentText(row.mean)}** ± ${percentText(row.sd!)}`,
      `${percentText(row.min)} to ${percentText(row.max)}`,
      percentText(row.published!, 2),
      "yes",
    ];
    return { text: `| ${cells.join(" | ")} |`, holds: row.plausible === true };
  }),
  {
    text: "The published ranking is NTM, GRU, DMS-NTM, MLP",
    holds: summaries.every(({ published }) => published !== null) && isOrder(order),
  },
  { text: "prints it in 18 % of the cases", holds: rounds(100 * shares.independent, 18, 0) },

  {
    text: "between models that read 20 steps",
    holds: studies.sound.parts.some((part) => part.name === "sound-20" && "stride" in part && part.stride === 2),
  },
  {
    text: "each model has 20 seeds",
    holds: summarizeModels(sound.filter(({ protocol }) => protocol !== "canonical-40")).every(({ seeds }) => seeds === 20),
  },
  {
    text: "GRU large and LSTM are as large as these",
    holds: sound
      .filter(({ name }) => ["gru-large", "lstm", "ntm-learned", "dms-learned", "dms-periodic"].includes(name))
      .every(({ parameters }) => Math.abs(parameters / 21_756 - 1) < 0.01),
  },
  {
    text: "Filled points are more than chance",
    holds: ["gru", "lstm"].every((rival) => !tie(pair(description, "sound-20", "dms-learned", rival))),
  },
  { text: "is a family of four comparisons, corrected by Holm", holds: shifts.length === 4 },
  claimed("DMS-NTM periodic is 1.4 points below NTM learned at 20 steps (corrected p = 0.026)", shifts, "sound-20", {
    pair: ["dms-periodic", "ntm-learned"],
    points: -1.4,
    p: 0.026,
  }),
  claimed("and 8.8 points at 40 steps (p = 0.049)", shifts, "sound-40", {
    pair: ["dms-periodic", "ntm-learned"],
    points: -8.8,
    p: 0.049,
  }),
  {
    text: "At 40 steps runs that fail to train are why: 5 of 20 fail, against 1 of 20",
    holds: periodic40.failed.length === 5 && ntm40.failed.length === 1 && periodic40.bySeed.size === 20 && Math.abs(left) < 1,
  },
  {
    text: "Over the 15 seeds where both train, 0.3 points are left",
    holds: trained.length === 15 && rounds(left, -0.3, 1),
  },
  {
    text: "DMS-NTM learned can't be told apart from NTM learned",
    holds: ["sound-20", "sound-40"].every((part) => tie(pair(shifts, part, "dms-learned", "ntm-learned"))),
  },
  { text: "is a family of twelve", holds: memories.length === 12 },
  claimed("DMS-NTM learned is 0.8 points above GRU large (p = 0.044)", memories, "sound-20", {
    pair: ["dms-learned", "gru-large"],
    points: 0.8,
    p: 0.044,
  }),
  {
    text: "and 1.0 points above LSTM (p < 0.001) at 20 steps",
    holds:
      rounds(pair(memories, "sound-20", "dms-learned", "lstm").points, 1, 1) &&
      pair(memories, "sound-20", "dms-learned", "lstm").corrected < 0.001,
  },
  {
    text: "At 40 steps no memory can be told apart from either",
    holds: memories.filter(({ part }) => part === "sound-40").every(tie),
  },
  {
    text: "Corrected for all 36 pairs of models, as in the picture, nothing is left of the first",
    holds: ["sound-20", "sound-40"].every(
      (name) =>
        description.filter(({ part }) => part === name).length === 36 &&
        shifts.every(({ part, model, against }) => tie(pair(description, part, model, against))),
    ),
  },
  {
    text: "of the second, the gain on LSTM is left",
    holds: memories.every(
      ({ part, model, against }) =>
        tie(pair(description, part, model, against)) ===
        !(part === "sound-20" && model === "dms-learned" && against === "lstm"),
    ),
  },

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
  { text: "It isn't finished, and no task has all its runs", holds: long.every(({ missing }) => missing.length > 0) },
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

/** Whether published accuracies fall from model to model. */
function isOrder(names: readonly string[]): boolean {
  const values = names.map((name) => summaries.find(({ model }) => model === name)!.published!);
  return values.every((value, i) => i === 0 || value < values[i - 1]!);
}

function claimed(
  text: string,
  family: Comparison[],
  part: string,
  { pair: [one, other], points, p }: { pair: [string, string]; points: number; p: number },
): Claim {
  const found = pair(family, part, one, other);
  return { text, holds: found.corrected < 0.05 && rounds(found.points, points, 1) && rounds(found.corrected, p, 3) };
}

const flat = (text: string) => text.replace(/\s+/g, " ");

/** Sentences with a digit that no claim covers. */
function uncovered(readme: string, covered: readonly Claim[]): string[] {
  const sections = readme.split(/^(?=## )/m).filter((section) => !section.startsWith("## Two commands"));
  const prose = sections
    .join("")
    .replace(/```[\s\S]*?```|^ {4}.*$|`[^`\n]*`/gm, "") // code
    .replace(/^\d\. /gm, ""); // numbers of a list
  const rest = covered.reduce((text, claim) => text.replaceAll(claim.text, ""), flat(prose));
  const named = rest.replace(/\[[^\]]*\]\([^)]*\)/g, "").replaceAll(/MNIST-1D|Apache-2\.0/g, "");
  return named
    .split(/(?<=[.:;|]) /)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /\d/.test(sentence));
}

describe("README.md", () => {
  const readme = readFileSync(join(project().root, "README.md"), "utf8");

  for (const { text, holds } of claims) {
    test(text, () => {
      assert.ok(flat(readme).includes(text), "README.md doesn't say so any more");
      assert.ok(holds, "the records don't say so");
    });
  }

  test("no number without a claim", () => {
    assert.deepEqual(uncovered(readme, claims), []);
    assert.deepEqual(uncovered("One in 7 runs fails. `x = 3` [4](5)\n\n    6\n\nAnd 8.\n", claims), [
      "One in 7 runs fails.",
      "And 8.",
    ]);
  });
});

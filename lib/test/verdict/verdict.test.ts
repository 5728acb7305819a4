import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type DegeneracyRecord,
  type RunRecord,
  type SoundGroup,
  type SoundRecords,
  soundGroups,
  tuningPlan,
} from "../../src/study/index.js";
import { verdictMarkdown } from "../../src/verdict/index.js";
import { broken, madeUp, madeUpSound } from "../study/records.js";

const NAMES = ["mlp", "gru", "ntm", "dms"];

/** Records of each model, with its own test samples named right in each seed. */
function published(corrects: Record<string, (seed: number) => number>, seeds = 10): RunRecord[] {
  return Object.entries(corrects).flatMap(([name, correct]) =>
    Array.from({ length: seeds }, (_, seed) => madeUp(name, seed, { correct: correct(seed) })),
  );
}

function soundOf(evaluation: RunRecord[], part: Partial<SoundRecords> = {}): SoundRecords {
  const group = soundGroups[0]!;
  return { group, tuning: [], evaluation, planned: { tuning: 40, evaluation: 80 }, ...part };
}

const measured = (weights: number, addressing: number): DegeneracyRecord => ({
  format: 1,
  protocol: "published",
  samples: 800,
  versions: {},
  runs: ["ntm", "dms"].map((name) => ({
    name,
    seed: 0,
    learningRate: 0.003,
    testAccuracy: 0.8,
    weights,
    slots: 0,
    gradients: { key: 0, strength: 0, gate: 1e-15, shift: 1e-16, sharpening: addressing, erase: 0.002, add: 0.0826 },
  })),
});

const wobble = (seed: number) => (seed % 3) - 1;

/** What no outcome may lead to. */
function proper(text: string): void {
  for (const wrong of [
    / {2}| \.|\.\.|,,| ,|\( | \)/, // punctuation
    /undefined|null|NaN|Infinity|\[object/,
    /(?<![\d,.])1 (seeds|runs|models|samples|epochs|combinations|trained models|tuning runs|learning rates)\b/,
    /(?<![\d,.])([2-9]|\d\d+) (seed|run|trained model|tuning run|combination)\b(?! of)/,
    /(?<![\d,.])1 (of \d+ \w+ )?are\b|(?<![\d,.])([2-9]|\d\d+) (of \d+ \w+ )?is\b/,
    /-\d/, // a minus sign is no hyphen
    / and \.| or \.|: \.|\bby \./,
  ]) {
    const plain = text.replaceAll(/`[^`]*`/g, "CODE").replaceAll(/(sound|canonical)-\d+|\de-\d+/g, "NAME");
    const found = wrong.exec(plain);
    assert.ok(!found, `"${found?.[0]}" in: ${plain.slice(Math.max(0, (found?.index ?? 0) - 80), (found?.index ?? 0) + 60)}`);
  }
  for (const line of text.split("\n").filter((each) => each !== "" && !each.startsWith("|"))) {
    assert.ok(/[.:]$|`\.$/.test(line) && !line.endsWith(":"), `no full stop: ${line}`);
  }
}

const verdict = (parts: Partial<Parameters<typeof verdictMarkdown>[0]>): string => {
  const text = verdictMarkdown({ published: [], sound: [], degeneracy: null, ...parts });
  proper(text);
  return text;
};

test("a clear win: better, by how much, and the order is supported", () => {
  const text = verdict({
    published: published({
      mlp: (s) => 480 + wobble(s),
      gru: (s) => 640 + wobble(s + 1),
      ntm: (s) => 700 + wobble(s),
      dms: (s) => 600 + wobble(s),
    }),
  });
  assert.match(text, /\*\*As published\*\*, with 10 seeds a model/);
  assert.match(text, /NTM is 7\.5 points better than GRU \(95 % interval 7\.\d to 7\.\d, corrected p = 0\.012\)\./);
  assert.match(text, /Of the 6 differences between models, all are real after Holm's correction \(p < 0\.05\)\./);
  assert.match(text, /The published ranking NTM > GRU > DMS-NTM > MLP is supported: each model is better than the next\./);
  assert.match(
    text,
    /prints it in 100 % of the cases \(all 10,000 combinations .*\), and in 100 % of the 10 seeds that all of them have\. No other/,
  );
  assert.match(text, /\*\*Shift\.\*\* DMS-NTM is 12\.5 points worse than NTM/);
  assert.doesNotMatch(text, /No difference is real within/);
});

test("a tie: can't be told apart, a group, and an order that is not supported", () => {
  const text = verdict({
    published: published({
      mlp: (s) => 480 + wobble(s),
      gru: (s) => 640 + 9 * wobble(s),
      ntm: (s) => 641 + 9 * wobble(s + 1),
      dms: (s) => 640 + 9 * wobble(s + 2),
    }),
  });
  assert.match(
    text,
    /DMS-NTM and NTM can't be told apart \(difference −?0\.\d+ points, 95 % interval −\d\.\d to \d\.\d, corrected p = 1\)\./,
  );
  assert.match(text, /is not supported: there is no real difference between NTM and GRU, nor between GRU and DMS-NTM\./);
  assert.match(text, /3 are real .* No difference is real within DMS-NTM, NTM and GRU\./);
});

test("a loss: the order is contradicted", () => {
  const text = verdict({
    published: published({
      mlp: () => 700,
      gru: (s) => 640 + wobble(s),
      ntm: (s) => 600 + wobble(s),
      dms: (s) => 650 + wobble(s),
    }),
  });
  assert.match(text, /is contradicted: NTM is worse than GRU, GRU is worse than DMS-NTM and DMS-NTM is worse than MLP\./);
  assert.match(text, /prints it in 0 % .* The most frequent order is MLP > DMS-NTM > GRU > NTM, in 100 %\./);
  assert.match(text, /DMS-NTM is 6\.\d points better than NTM/);
});

test("all the same, to the last sample", () => {
  const text = verdict({ published: published({ mlp: () => 640, gru: () => 640, ntm: () => 640, dms: () => 640 }) });
  assert.match(text, /difference 0\.0 points, 95 % interval 0\.0 to 0\.0, corrected p = 1/);
  assert.match(text, /none is real/);
  assert.match(text, /the seeds leave the means open by ± 0\.0 points/);
});

test("few seeds: nothing can be real, and it says so", () => {
  const corrects = { ntm: () => 700, dms: (s: number) => 600 + s };
  const three = verdict({ published: published(corrects, 3) });
  assert.match(three, /The one difference between models may be chance \(p ≥ 0\.05\)\./);
  assert.match(three, /With 3 seeds a model the exact test can't call any difference real; that takes 6\./);
  const one = verdict({ published: published({ ...corrects, gru: () => 650, mlp: () => 500 }, 1) });
  assert.match(one, /One seed says nothing about DMS-NTM against NTM \(difference −12\.5 points\)\./);
  assert.match(one, /with 1 seed a model/);
  assert.match(one, /The one run of each model prints it\./);
  assert.doesNotMatch(one, /80 % power/);
});

test("seeds that it takes: for the pair in question, fewer where seeds are shared", () => {
  const swing = (s: number) => 24 * wobble(s);
  const text = verdict({
    published: published({ ntm: (s) => 640 + swing(s), dms: (s) => 640 + swing(s) + 8 * wobble(s + 1) }),
  });
  // sd of the differences: 8 wobble of 10 seeds, 6.66 samples or 0.83 points
  assert.match(
    text,
    /1 point between DMS-NTM and NTM with 80 % power, in one comparison by itself, takes \d seeds .*, \d\d if they don't\./,
  );
});

test("the budget: which losses still fall, or that all are flat", () => {
  assert.match(
    verdict({ published: published({ ntm: () => 640, gru: () => 641 }) }),
    /The budget of 10 epochs ends early: over its last 3, the training loss of NTM and GRU still falls by 44\.\d %\./,
  );
  const flat = [0, 1].map((seed) => madeUpSound("gru", seed));
  assert.match(
    verdict({ sound: [soundOf(flat)] }),
    /Within the budget of 10 epochs the losses become flat: over its last 3, none falls by more than 2 %\./,
  );
});

test("runs that diverged are named and counted", () => {
  const runs = (name: string, failed: number) =>
    Array.from({ length: 5 }, (_, seed) => (seed < failed ? broken(madeUpSound(name, seed)) : madeUpSound(name, seed)));
  const text = verdict({ sound: [soundOf([...runs("gru", 1), ...runs("ntm", 2)])] });
  assert.match(
    text,
    /1 of 5 runs of GRU diverged and counts with the accuracy it was left with\. 2 of 5 runs of NTM diverged and count with the accuracies they were left with\./,
  );
  const all = verdict({ sound: [soundOf(runs("gru", 5))] });
  assert.match(all, /5 of 5 runs of GRU diverged/);
  assert.doesNotMatch(all, /budget of/);
});

test("the sound study: absent, tuning, incomplete, complete", () => {
  assert.match(verdict({ sound: [soundOf([])] }), /\*\*Sound protocol\*\* \(sound-20\)\. None of its runs has been made yet/);
  const tuning = [madeUpSound("gru", 1000)];
  const begun = verdict({ sound: [soundOf([], { tuning }), soundOf([])] });
  assert.match(begun, /1 of 40 tuning runs is there, and nothing of the evaluation yet/);
  assert.match(
    begun,
    /\*\*Sound protocol, 20 steps\*\* \(sound-20\)\. 2,800 samples train, 400 select, 800 test; 5 learning rates with 2 seeds each/,
  );
  const some = NAMES.slice(1, 3).flatMap((name, i) => [0, 1, 2].slice(i).map((seed) => madeUpSound(name, seed)));
  const partly = verdict({ sound: [soundOf(some, { tuning })] });
  assert.match(
    partly,
    /5 of 80 runs are there, 2 to 3 seeds a model; `make study PROFILE=sound` makes the rest\. Nothing is known yet of MLP and DMS-NTM\./,
  );
  assert.match(partly, /\| GRU \| 13514 \| 0\.003 \| 3 \| \*\*80\.0\*\* \(80\.0 to 80\.0\) \| 0\.0 \| 80\.0 \|/);
  const all = verdict({ sound: [soundOf(some, { planned: { tuning: 40, evaluation: 5 } })] });
  assert.match(all, /All 5 runs are there, 2 to 3 seeds a model\./);
});

test("a learning rate at the edge of the grid is pointed out", () => {
  const group: SoundGroup = { ...soundGroups[0]! };
  const best: Record<string, number> = { mlp: 0.001, gru: 0.0055, ntm: 0.03, dms: 0.03 };
  const tuning = tuningPlan(group).map(({ name, seed, config }) => {
    const rate = config.training.learningRate as number;
    return madeUpSound(name, seed, { rate, accuracy: rate === best[name] ? 0.9 : 0.5 });
  });
  const text = verdict({ sound: [soundOf([madeUpSound("gru", 0)], { tuning })] });
  assert.match(
    text,
    /The chosen learning rate is the lowest one tried for MLP and the highest one tried for NTM and DMS-NTM: a better one may lie outside\./,
  );
});

test("variants: each DMS-NTM against the NTM that differs in the shift alone", () => {
  const records = Object.entries({
    gru: 640,
    ntm: 640,
    "ntm-learned": 650,
    dms: 640,
    "dms-learned": 660,
    "dms-periodic-learned": 650,
  }).flatMap(([name, correct]) =>
    Array.from({ length: 20 }, (_, seed) => madeUpSound(name, seed, { correct: correct + wobble(seed + correct) })),
  );
  const text = verdict({ sound: [soundOf(records)] });
  assert.match(text, /Continuous against discrete shifts, 3 comparisons: better in 1, worse in 0, no real difference in 2\./);
  assert.match(text, /DMS-NTM learned is 1\.\d points better than NTM learned/);
  assert.match(text, /DMS-NTM periodic learned and NTM learned can't be told apart/);
  assert.match(text, /DMS-NTM and NTM can't be told apart/);
  assert.match(text, /NTM learned is 1\.\d points better than GRU/);
});

test("addressing: degenerate, at work, not measured", () => {
  const dead = verdict({ degeneracy: measured(2e-5, 8e-8) });
  assert.match(
    dead,
    /In 2 trained models of NTM and DMS-NTM \(1 seed each\), over 800 test samples, no weighting leaves the uniform one by more than 2e-5 \(max \|N w − 1\|\), and the gradient of the loss .* is at most 8e-8, that with respect to erase and add up to 0\.083\./,
  );
  const alive = verdict({ degeneracy: measured(3.25, 0.01) });
  assert.match(
    alive,
    /weightings leave the uniform one by up to 3\.3 .*: these models do address\. There, the gradient .* at most 0\.01,/,
  );
  assert.doesNotMatch(alive, /can't see what it set out/);
  assert.match(verdict({}), /has not been measured yet: `make degeneracy`/);
});

test("every outcome that made-up records can have reads properly", () => {
  let state = 7;
  const random = (n: number) => {
    state = (state * 48271) % 2147483647;
    return state % n;
  };
  for (let round = 0; round < 60; round++) {
    const names = [...NAMES, "dms-learned", "ntm-learned"].filter(() => random(4) > 0);
    const level = Object.fromEntries(names.map((name) => [name, 600 + 10 * random(6)]));
    const spread = 1 + random(40);
    const evaluation = names.flatMap((name) =>
      Array.from({ length: random(9) }, (_, seed) => {
        const record = madeUpSound(name, seed, { correct: level[name]! + random(spread) });
        return random(12) === 0 ? broken(record) : record;
      }),
    );
    verdict({ sound: [soundOf(evaluation, { planned: { tuning: 40, evaluation: evaluation.length + random(2) } })] });
    verdict({
      published: evaluation
        .filter((record) => !record.diverged)
        .map((record) => madeUp(record.name, record.seed, { correct: record.result.correct })),
    });
  }
});

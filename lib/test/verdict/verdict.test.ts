import assert from "node:assert/strict";
import { test } from "node:test";
import { studies } from "../../src/studies/index.js";
import { configOf, type DegeneracyRecord, type PartRecords, type RunRecord, tuningPlan } from "../../src/study/index.js";
import {
  findingMarkdown,
  soundOverview,
  type VerdictRecords,
  verdictMarkdown,
  verdictSummary,
} from "../../src/verdict/index.js";
import { broken, madeUp, madeUpSound } from "../study/records.js";

const NAMES = ["mlp", "gru", "ntm", "dms"];

/** Records of each model, with its own test samples named right in each seed. */
function published(corrects: Record<string, (seed: number) => number>, seeds = 10): RunRecord[] {
  return Object.entries(corrects).flatMap(([name, correct]) =>
    Array.from({ length: seeds }, (_, seed) => madeUp(name, seed, { correct: correct(seed) })),
  );
}

const [at20, , canonical] = studies.sound.parts;

function soundOf(evaluation: RunRecord[], own: Partial<PartRecords<RunRecord>> = {}): PartRecords<RunRecord> {
  const planned = { tuning: 40, evaluation: 80 };
  return { part: at20!, tuning: [], evaluation, planned, missing: [], untuned: [], ...own };
}

const measured = (part: Partial<DegeneracyRecord["runs"][number]> = {}): DegeneracyRecord => ({
  format: 1,
  protocol: "published",
  samples: 800,
  versions: {},
  runs: ["ntm", "dms"].map((name) => ({
    name,
    seed: 0,
    learningRate: 0.003,
    testAccuracy: 0.8,
    deviation: 0.5,
    betweenSlots: 2e-5,
    total: 1,
    memory: 3e-7,
    gradients: { key: 0, strength: 0, gate: 1e-15, shift: 1e-16, sharpening: 8e-8, erase: 0.002, add: 0.0826 },
    ...part,
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
    const plain = text.replaceAll(/`[^`]*`/g, "CODE").replaceAll(/(sound|canonical)-\d+|\de-\d+|MNIST-1D/g, "NAME");
    const found = wrong.exec(plain);
    assert.ok(!found, `"${found?.[0]}" in: ${plain.slice(Math.max(0, (found?.index ?? 0) - 80), (found?.index ?? 0) + 60)}`);
  }
  for (const line of text.split("\n").filter((each) => each !== "" && !each.startsWith("|"))) {
    assert.ok(/[.:]$|`\.$/.test(line) && !line.endsWith(":"), `no full stop: ${line}`);
  }
}

const all = (parts: Partial<VerdictRecords>): VerdictRecords => ({ published: [], sound: [], degeneracy: null, ...parts });

const checked = (text: string): string => {
  proper(text);
  return text;
};

const verdict = (parts: Partial<VerdictRecords>): string => checked(verdictMarkdown(all(parts)));
const summary = (parts: Partial<VerdictRecords>): string => checked(verdictSummary(all(parts)));
const finding = (parts: Partial<VerdictRecords>): string => checked(findingMarkdown(all(parts)));

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
  assert.match(
    text,
    /NTM \(7\.5 points, 95 %: 7\.\d to 7\.\d, p = 0\.012\) is better than GRU; DMS-NTM .* is worse than GRU\./,
  );
  assert.match(text, /Of the 6 differences between models, all are real after Holm's correction \(p < 0\.05\)\./);
  assert.match(text, /The published ranking NTM > GRU > DMS-NTM > MLP is supported: each model is better than the next\./);
  assert.match(
    text,
    /prints it in 100 % of the cases \(all 10,000 combinations .*\), and in 100 % of the 10 seeds that all of them have\. No other/,
  );
  assert.match(
    text,
    /\*\*Shift\.\*\* All slots of DMS-NTM and NTM start, and so stay, the same: .* DMS-NTM is 12\.5 points worse than NTM/,
  );
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
    /Over the last 3 of 10 epochs, the training loss of NTM and GRU still falls by 44\.\d %\./,
  );
  const flat = [0, 1].map((seed) => madeUpSound("gru", seed));
  assert.match(verdict({ sound: [soundOf(flat)] }), /Over the last 3 of 10 epochs, no loss falls by more than 2 %\./);
});

test("runs that diverged are named and counted", () => {
  const runs = (name: string, failed: number) =>
    Array.from({ length: 5 }, (_, seed) => (seed < failed ? broken(madeUpSound(name, seed)) : madeUpSound(name, seed)));
  const text = verdict({ sound: [soundOf([...runs("gru", 1), ...runs("ntm", 2)])] });
  assert.match(
    text,
    /1 of 5 runs of GRU diverged and counts with the accuracy it was left with\. 2 of 5 runs of NTM diverged and count with the accuracies they were left with\./,
  );
  const every = verdict({ sound: [soundOf(runs("gru", 5))] });
  assert.match(every, /5 of 5 runs of GRU diverged/);
  assert.doesNotMatch(every, /Over the last/);
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
    /5 of 80 runs are there, 2 to 3 seeds a model\. Still without a run: MLP, DMS-NTM.*\. `make study STUDY=sound` makes what is missing\./,
  );
  assert.match(
    partly,
    /\| GRU \| 13514 \| 0\.003 \| 3 \| \*\*80\.0\*\* \| 80\.0 to 80\.0 \| 0\.0 \| 77\.1 to 82\.6 \| 80\.0 \|/,
  );
  const complete = verdict({ sound: [soundOf(some, { planned: { tuning: 40, evaluation: 5 } })] });
  assert.match(complete, /All 5 runs are there, 2 to 3 seeds a model\.\n/);
});

test("a learning rate at the edge of the grid is pointed out", () => {
  const best: Record<string, number> = { mlp: 0.001, ntm: 0.03 };
  const tuning = tuningPlan(studies.sound, at20!).map(({ name, seed, config }) => {
    const rate = config.training.learningRate as number;
    return madeUpSound(name, seed, { rate, accuracy: rate === (best[name] ?? 0.0055) ? 0.9 : 0.5 });
  });
  const text = verdict({ sound: [soundOf([madeUpSound("gru", 0)], { tuning })] });
  assert.match(
    text,
    /The chosen learning rate is the lowest one tried for MLP and the highest one tried for NTM: a better one may lie outside\./,
  );
});

/** Records of the sound protocol with these test samples named right in 20 seeds, all but for a wobble. */
const sound = (corrects: Record<string, number>, seeds = 20) =>
  Object.entries(corrects).flatMap(([name, correct]) =>
    Array.from({ length: seeds }, (_, seed) => madeUpSound(name, seed, { correct: correct + wobble(seed + correct) })),
  );

const variants = {
  gru: 640,
  "gru-large": 655,
  ntm: 640,
  "ntm-learned": 650,
  dms: 640,
  "dms-learned": 660,
  "dms-periodic": 650,
};

test("variants: each DMS-NTM against the NTM that differs in the shift alone", () => {
  const text = verdict({ sound: [soundOf(sound(variants))] });
  assert.match(text, /Continuous against discrete shifts, 2 comparisons: better in 1, worse in 0, no real difference in 1\./);
  assert.match(text, /DMS-NTM learned is 1\.\d points better than NTM learned/);
  assert.match(text, /DMS-NTM periodic and NTM learned can't be told apart/);
  assert.match(text, /All slots of DMS-NTM and NTM start, and so stay, the same: .* DMS-NTM and NTM can't be told apart/);
  assert.match(
    text,
    /NTM learned \(1\.\d points, .*\), DMS-NTM learned \(.*\) and DMS-NTM periodic \(.*\) are better than GRU; /,
  );
  assert.match(text, /DMS-NTM learned \(.*\) is better than GRU large; NTM .* are worse than GRU large\./);
  assert.doesNotMatch(text, /DMS-NTM periodic and NTM can't/);
});

test("the README's bullets: question by question over the protocols that have records", () => {
  const published3 = published({ mlp: (s) => 480 + wobble(s), gru: () => 640, ntm: () => 640, dms: (s) => 640 + wobble(s) });
  const text = summary({ published: published3, sound: [soundOf(sound(variants)), soundOf([])], degeneracy: measured() });
  assert.equal(text.split("\n").length, 6);
  assert.match(
    text,
    /shifts\.\*\* \*As published\*: DMS-NTM \(.*\) can't be told apart from NTM\. \*Sound, 20 steps\*: DMS-NTM learned/,
  );
  assert.match(text, /NTM and DMS-NTM \(0\.0 points\) can't be told apart from GRU\./);
  assert.match(text, /prints it in 0 % of the cases \(as published\)\./);
  assert.match(text, /takes 3 seeds a model with seeds in common and 2 without \(as published\); 2 to 3 and 2 \(sound/);
  assert.match(text, /\*sound-20\* has not been made yet\. `make study STUDY=sound` makes what is missing\.$/);
  assert.match(text, /gradient .* key, strength and shift is at most 1e-16, .* up to 0\.083\. So no shift/);
  const none = summary({ sound: [soundOf([]), soundOf([])] });
  assert.match(none, /^- \*\*Why the published/);
});

test("the finding: which steps of the published order hold, and what shifts do where they can", () => {
  const clear = { mlp: () => 480, gru: () => 650, ntm: () => 670, dms: () => 640 };
  const start =
    /^Run as published, with 10 seeds a model, the test accuracies are NTM 83\.8 ± 0\.0 %, GRU 81\.3 .* and MLP 60\.0 ± 0\.0 %/;
  const text = finding({ published: published(clear), degeneracy: measured(), sound: [soundOf([])] });
  assert.match(text, start);
  assert.match(
    text,
    /NTM > GRU > DMS-NTM > MLP every step holds, and one unseeded run of each prints it in 100 % of the cases\. The published/,
  );
  assert.match(
    text,
    /all slots of its memories stay the same whatever the parameters; runs of memories .* have not been made yet\.$/,
  );

  const turned = finding({ published: published({ ...clear, gru: () => 680, dms: (s) => 679 + wobble(s) }) });
  assert.match(turned, /only GRU > DMS-NTM and DMS-NTM > MLP are more than chance, NTM > GRU is the wrong way round, and one/);
  assert.doesNotMatch(turned, /slots/);
  assert.match(finding({ published: published({ ...clear, mlp: () => 640 }, 3) }), /MLP no step is more than chance, and one/);
  assert.match(
    finding({ published: published({ gru: () => 640 }, 1) }),
    /^Run as published, with 1 seed a model, .* GRU 80\.0 %\.$/,
  );
  assert.match(finding({}), /^No run of the published procedure has been made yet\.$/);

  const two = finding({ published: published(clear), degeneracy: measured(), sound: [soundOf(sound(variants))] });
  assert.match(
    two,
    /whatever the parameters; where slots differ from the start, DMS-NTM learned is better than NTM learned \(sound, 20 steps; /,
  );
  assert.match(
    two,
    /and DMS-NTM periodic and NTM learned can't be told apart \(sound, 20 steps; difference .*, 95 % interval .*\)\.$/,
  );
  const four = finding({ sound: [soundOf(sound(variants)), soundOf(sound({ ...variants, "dms-learned": 640 }))] });
  assert.match(
    four,
    /continuous shifts did better than discrete ones in 1, worse in 1 of 4 comparisons \(differences −1\.\d to 1\.\d points\)\./,
  );
});

test("selection: differences that are real by the last epoch or by the best validation epoch alone", () => {
  const best = (record: RunRecord, testAccuracy: number): RunRecord => {
    return { ...record, result: { ...record.result, bestValidation: { epoch: 3, validationAccuracy: 0.8, testAccuracy } } };
  };
  const records = sound({ gru: 640, ntm: 660 }, 10);
  const text = (accuracy: number) =>
    verdict({ sound: [soundOf(records.map((record) => (record.name === "ntm" ? best(record, accuracy) : record)))] });
  assert.match(verdict({ sound: [soundOf(records)] }), /the means change by 0\.0 points, and the same differences are real\./);
  assert.match(text(0.8), /the means change by −2\.\d to 0\.0 points\. By it, no longer real: that between GRU and NTM\./);
  const alike = sound({ gru: 640, ntm: 640 }, 10).map((record) => (record.name === "ntm" ? best(record, 0.9) : record));
  assert.match(verdict({ sound: [soundOf(alike)] }), /By it, further differences are real: that between GRU and NTM\./);
});

test("the overview: models down, groups across, a dash where there is nothing", () => {
  assert.match(soundOverview([soundOf([])]), /^No run of the sound protocol has been made yet/);
  const text = soundOverview([
    soundOf(sound({ gru: 640 }, 3)),
    soundOf([]),
    soundOf(sound({ ntm: 640 }, 1), { part: canonical! }),
  ]);
  assert.match(text, /mean ± sd of 1 to 3 seeds/);
  assert.match(text, /\| Model \| Parameters \| sound, 20 steps \| canonical split, 40 steps \|/);
  assert.match(
    text,
    /\| GRU \| 13514 \| \*\*80\.0\*\* ± 0\.1 \(80\.0\) \| – \|\n\| NTM \| 13514 \| – \| \*\*80\.\d\*\* \(80\.\d\) \|/,
  );
});

test("known values stand beside those of the canonical split alone", () => {
  const cnn = sound({ cnn: 752 }, 3);
  assert.doesNotMatch(verdict({ sound: [soundOf(cnn)] }), /Known values/);
  assert.match(verdict({ sound: [soundOf(cnn, { part: canonical! })] }), /author reports CNN 94 % \(here 94\.0\)\./);
});

test("addressing: degenerate, degenerate with weight that is lost, at work, not measured", () => {
  const dead = verdict({ degeneracy: measured() });
  assert.match(
    dead,
    /In 2 trained models of NTM and DMS-NTM \(1 seed each\), over 800 test samples, slots differ by no more than 2e-5 in weight \(N \(max w − min w\)\) and 3e-7 in content/,
  );
  assert.match(
    dead,
    /with respect to key, strength and shift is at most 1e-16, that with respect to erase and add up to 0\.083\. That with respect to gate and sharpening is at most 8e-8\./,
  );
  const losing = verdict({ degeneracy: measured({ total: 0.003 }) });
  assert.match(
    losing,
    /in all models it falls, at worst to 0\.003, and through it the gradient .* gate and sharpening reaches 8e-8\./,
  );
  assert.match(
    verdict({ degeneracy: measured({ betweenSlots: 0, memory: 0 }) }),
    /no two slots ever differ, in weight or in content/,
  );
  for (const part of [{ betweenSlots: 3.25 }, { memory: 3.25 }]) {
    const alive = verdict({ degeneracy: measured(part) });
    assert.match(alive, /slots differ by up to .*3\.3 in .*: these models do address\. The gradient .* is up to 8e-8,/);
    assert.doesNotMatch(alive, /can't see what it set out|stay equal/);
  }
  assert.match(verdict({}), /has not been measured yet: `make degeneracy`/);
});

test("every outcome that made-up records can have reads properly", () => {
  let state = 7;
  const random = (n: number) => {
    state = (state * 48271) % 2147483647;
    return state % n;
  };
  for (let round = 0; round < 25; round++) {
    const names = [...NAMES, "dms-learned", "ntm-learned"].filter(() => random(4) > 0);
    const level = Object.fromEntries(names.map((name) => [name, 600 + 10 * random(6)]));
    const spread = 1 + random(40);
    const evaluation = names.flatMap((name) =>
      Array.from({ length: random(9) }, (_, seed) => {
        const record = madeUpSound(name, seed, { correct: level[name]! + random(spread) });
        return random(12) === 0 ? broken(record) : record;
      }),
    );
    const found = [soundOf(evaluation, { planned: { tuning: 40, evaluation: evaluation.length + random(2) } }), soundOf([])];
    const runs = evaluation
      .filter((record) => !record.diverged)
      .map((record) => madeUp(record.name, record.seed, { correct: record.result.correct }));
    const parts = { published: runs, sound: found, degeneracy: round % 2 ? measured() : null };
    for (const text of [verdict, summary, finding]) text(parts);
    proper(soundOverview(found));
  }
});

const nothing: VerdictRecords = { published: [], sound: [], degeneracy: null };

test("attempts at a high accuracy: the best memory by validation, what none reaches beside it, every attempt in the table", () => {
  const attempt = (name: string, accuracy: number, correct: number, part = {}) =>
    [0, 1, 2].map((seed) => {
      const config = configOf(studies.accuracy.parts[0]!, name, 5.5e-3);
      return madeUpSound(name, seed, { protocol: "accuracy", accuracy, correct: correct + seed, config, ...part });
    });
  const records = [
    ...attempt("dms-periodic", 0.9, 700),
    ...attempt("ntm-learned", 0.95, 690),
    ...attempt("gru-large", 0.97, 760),
    ...attempt("dms-short", 0.99, 80, { diverged: { epoch: 1, step: 1, loss: "NaN" } }),
  ];
  const text = verdictMarkdown({ ...nothing, accuracy: records });
  proper(text);
  assert.match(text, /gets \*\*86\.4 %\*\* of the 800 test samples right \(3 seeds, 95 %: /);
  assert.match(text, /The best of 3 ways \(chosen on held-out training samples\): NTM with a learned start\./);
  assert.match(text, /A network without a memory, GRU of the same size, gets 95\.1 %\./);
  assert.match(text, /\| DMS-NTM as published: 30 epochs, constant learning rate \|.*\| – \| \*\*10\.1\*\* \|.*\| 3 \|/);
  const summary = verdictSummary({ ...nothing, accuracy: records });
  assert.match(summary, /How accurate a small memory model gets\.\*\* On the canonical split/);
  assert.doesNotMatch(verdictSummary(nothing), /How accurate/);
  assert.match(verdictMarkdown(nothing), /Nothing has been tried yet: `make study STUDY=accuracy`/);
  const broken = records.filter(({ diverged }) => diverged);
  assert.match(verdictMarkdown({ ...nothing, accuracy: broken }), /No attempt .* came to its end\./);
});

test("runs far below the median of their model are told, in the verdict and in short", () => {
  const correct = (low: number[]) => (seed: number) => (low.includes(seed) ? 300 : 640 + wobble(seed));
  const records = published({ mlp: correct([]), gru: correct([3]), dms: correct([1, 4]) });
  for (const text of [
    verdictMarkdown({ ...nothing, published: records }),
    verdictSummary({ ...nothing, published: records }),
  ]) {
    proper(text);
    assert.match(
      text,
      /1 of 10 runs of GRU \(median 80\.0 %\) and 2 of 10 runs of DMS-NTM \(median 79\.9 %\) end more than 10 points/,
    );
  }
  assert.doesNotMatch(verdictMarkdown({ ...nothing, published: published({ gru: correct([]) }) }), /Failed runs/);
  const one = published({ gru: correct([3]) });
  assert.match(verdictMarkdown({ ...nothing, published: one }), /1 of 10 runs of GRU \(median 80\.0 %\) ends more than 10/);
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { z } from "zod";
import { buildModel, makeTask, type TaskModel, taskModel } from "../../../src/index.js";
import type { ShiftConfig } from "../../../src/memory/config.js";
import { rangeMemory, studies, studyNamed } from "../../../src/studies/index.js";
import {
  checkStudy,
  chosen,
  compare,
  cost,
  evaluationPlan,
  findRecords,
  type Lookup,
  learningTime,
  makeRuns,
  RecordStore,
  Runner,
  recordsOf,
  referenceStore,
  type Study,
  study,
  type TaskPart,
  type TaskRecord,
  TaskRunConfig,
  type TaskRunSpec,
  tuningPlan,
} from "../../../src/study/index.js";
import { bits, registerTask } from "../../../src/tasks/index.js";
import { nowhere } from "../configs.js";

const folder = mkdtempSync(join(tmpdir(), "dms-ntm-tasks-"));
after(() => rmSync(folder, { recursive: true }));

const task = { task: "copy", bits: 2, lengths: [1, 2] as [number, number] } as const;
const config = (part: object = {}) =>
  TaskRunConfig.parse({
    task,
    model: taskModel(makeTask(task), { kind: "gru", hidden: 4 }),
    training: {
      sequences: 192,
      batch: 16,
      optimizer: "adam",
      learningRate: 0.01,
      schedule: "cosine",
      clipNorm: 1,
      reportEvery: 64,
      converged: 0.1,
      ...part,
    },
    test: { lengths: [2, 5], sequences: 20 },
  });
const spec = (seed: number, part: object = {}): TaskRunSpec => ({
  protocol: "tiny",
  name: "gru",
  seed,
  config: config(part),
});

test("a run on a task is a function of its spec: in any order, in this process or a worker's", async () => {
  const [first, second] = [new Runner(), new Runner()];
  const zero = await first.run(spec(0));
  await second.run(spec(1));
  assert.deepEqual(await second.run(spec(0)), zero);
  assert.deepEqual(
    zero.curve.map(({ sequences }) => sequences),
    [64, 128, 192],
  );
  assert.deepEqual(
    zero.tests.map(({ length, answers }) => [length, answers]),
    [
      [2, 20 * 2 * 2],
      [5, 20 * 5 * 2],
    ],
  );
  assert.equal(zero.sequencesToConverge, null);

  const store = new RecordStore(folder);
  const [stored] = await makeRuns([spec(0)], store, { workers: 1 });
  assert.deepEqual(stored, zero);
  assert.deepEqual(store.find(spec(0)), zero);
  assert.throws(() => store.find(spec(0, { batch: 8 })), /made with another config/);
  first.dispose();
  second.dispose();
});

test("training stops once the cost has stayed low, and says how many sequences that took", async () => {
  const runner = new Runner();
  const easy = { converged: 1000, stopAfter: 2 };
  const { curve, sequencesToConverge } = await runner.run(spec(0, easy));
  assert.equal(curve.length, 2);
  assert.equal(sequencesToConverge, 64);
  await assert.rejects(runner.run(spec(0, { clipValue: 1 })), /clipNorm and clipValue: give one/);
  runner.dispose();
});

test("a test that can't be made is told before training", async () => {
  const lag = registerTask("lagged", { known: z.number() }, ({ known }) => {
    const length = (n: number) => {
      if (n > known) throw new Error(`length is ${n}, expected at most ${known}`);
      return n;
    };
    return {
      name: "lagged",
      inputs: 1,
      outputs: 1,
      answer: "bits",
      unit: "steps",
      lengths: [4, 8],
      steps: length,
      // what was seen three steps before
      sample: (random, n) => {
        const x = Float32Array.from(bits(random, length(n)));
        const late = x.map((_, i) => (i < 3 ? 0 : 1));
        return { steps: n, x, targets: x.map((_, i) => (i < 3 ? 0 : x[i - 3]!)), mask: late };
      },
    };
  });
  const run = (known: number, lengths: number[]) => {
    const task = lag({ known });
    const model = taskModel(makeTask(task), { kind: "gru", hidden: 4 });
    return { ...spec(0), config: { ...config(), task, model, test: { lengths, sequences: 4 } } } as TaskRunSpec;
  };
  const runner = new Runner();
  let reports = 0;
  const onProgress = () => void reports++;
  await assert.rejects(
    runner.run(run(20, [2, 8]), { onProgress }),
    /test\.lengths: no answer is due in 4 sequences of length 2 of lagged/,
  );
  await assert.rejects(
    runner.run(run(8, [8, 16]), { onProgress }),
    /test\.lengths: a sequence of length 16 failed: length is 16, expected at most 8/,
  );
  assert.equal(reports, 0);
  assert.equal((await runner.run(run(20, [8, 16]))).tests.length, 2);
  runner.dispose();
});

/** A tuning record that ends at this cost. */
const tuned = (rate: number, seed: number, cost: number, part: Partial<TaskRecord> = {}): TaskRecord => ({
  format: 1,
  name: "gru",
  protocol: "range-copy-tune",
  variant: `rate${rate}`,
  seed,
  config: config({ learningRate: rate }),
  versions: { "dms-ntm": "0", node: "0", tfjs: "0", tensorflow: "0" },
  parameters: 1,
  curve: [9, 3 * cost, 0, 0].map((value, i) => ({ sequences: i + 1, cost: value })),
  sequencesToConverge: null,
  tests: [],
  heads: [],
  ...part,
});

test("the learning rate is that with the lowest mean cost over the last points; one that diverged is out", () => {
  const records = [tuned(1e-3, 0, 2), tuned(1e-3, 1, 4), tuned(1e-2, 0, 1), tuned(1e-2, 1, 4.5)];
  assert.equal(cost.bestRate(records), 1e-2);
  const diverged = { diverged: { step: 3, cost: "NaN" } };
  assert.equal(cost.bestRate([...records.slice(0, 3), tuned(1e-2, 1, 0, diverged)]), 1e-3);
  assert.throws(() => cost.bestRate([]), /no tuning runs/);
});

test("evaluation waits for all tuning runs of its model, then takes the rate that they chose", () => {
  const range = chosen(studies.range, { parts: ["range-copy"], models: ["gru", "ntm"] });
  const part = range.parts[0]!;
  const tuning = tuningPlan(range, part);
  assert.equal(tuning.length, 2 * 3 * 2);
  const costs: Record<string, number> = { "rate0.003": 1, "rate0.01": 2, "rate0.03": 9 };
  const find = (asked: TaskRunSpec) =>
    asked.name === "gru" ? tuned(asked.config.training.learningRate, asked.seed, costs[asked.variant!]!) : undefined;
  const { specs, untuned } = evaluationPlan(range, part, { find } as unknown as Lookup);
  assert.deepEqual([specs.length, untuned], [10, ["ntm"]]);
  assert.ok(specs.every(({ name, config: { training } }) => name === "gru" && training.learningRate === 0.003));
  const [found] = findRecords(range, nowhere);
  assert.deepEqual([found!.planned, found!.evaluation.length], [{ tuning: 12, evaluation: 20 }, 0]);
});

test("a comparison that is made again has seeds of its own, with the config of the first", () => {
  const { specs } = evaluationPlan(studies.reach, studies.reach.parts[0]!, nowhere);
  const seeds = (name: string) => specs.filter((one) => one.name === name).map(({ seed }) => seed);
  const twenty = Array.from({ length: 20 }, (_, i) => 10 + i);
  assert.deepEqual([seeds("dms-periodic"), seeds("ntm-wide"), specs.length], [twenty, twenty, 40]);
  const first = chosen(studies.long, { parts: ["long-jump-recall"], models: ["dms-periodic", "ntm-wide"] });
  const before = evaluationPlan(first, first.parts[0]!, nowhere).specs;
  for (const { name, config } of specs) assert.deepEqual(config, before.find((one) => one.name === name)!.config);
  assert.throws(() => checkStudy({ ...studies.reach, name: "a/b: c" }), /study name/);
  // one of several studies, whatever its runs are of
  const known = Object.values(studies).flatMap((one) => recordsOf(one, referenceStore()));
  assert.ok(known.length > 2000, `${known.length}`);
  const wrong = { ...studies.reach, parts: [{ ...studies.reach.parts[0]!, firstSeed: 981 }] };
  assert.throws(
    () => checkStudy(wrong),
    /seeds of reach-jump-recall is 20 from firstSeed 981 on, expected at most 19: those from 1000 on are the tuning's/,
  );
});

test("learning times are asked of runs as `rates` had them, on seeds that no study had", () => {
  for (const part of studies["learning-time"].parts) {
    const { specs } = evaluationPlan(studies["learning-time"], part, nowhere);
    const first = recordsOf(studies.rates, referenceStore());
    for (const { name, config, seed } of specs) {
      const before = first.find(
        (run) =>
          run.name === (name === "jumps" ? "scales" : name) &&
          run.protocol === part.name.replace("learning-time", "rates"),
      )!.config;
      // the control differs in how its widths start alone
      const { shift: asIs } = before.model as { shift?: { of?: { sigmaInit?: number }[] } };
      const { sigmaInit: _, ...alike } = asIs?.of?.[0] ?? {};
      const shift = { kind: "mixture", of: [alike, alike, alike] };
      assert.deepEqual(config, name === "jumps" ? { ...before, model: { ...before.model, shift } } : before);
      assert.ok(seed >= 110);
    }
  }
  const tasks = studies["learning-time"].parts.map(({ task }) => task.task);
  const ends = Object.values(studies).flatMap(({ parts }) =>
    (parts as readonly TaskPart[])
      .filter(({ task }) => task !== undefined && tasks.includes(task.task))
      .map(({ firstSeed = 0, seeds }) => firstSeed + seeds),
  );
  assert.deepEqual(
    ends.filter((end) => end > 110),
    [120, 130],
  );
});

test("how soon a task is learned: rank sums of the sequences until then, later than all where it isn't", () => {
  const run = (name: string, seed: number, at: number | null) => ({
    ...tuned(0.01, seed, 1),
    protocol: "p",
    name,
    sequencesToConverge: at,
  });
  const fast = [100, 200, 300].map((at, seed) => run("fast", seed, at));
  const slow = [150, 400, null].map((at, seed) => run("slow", seed, at));
  const [one] = learningTime.compare([...fast, ...slow], [["fast", "slow"]]);
  assert.deepEqual([one!.part, one!.better, one!.favours, one!.learned], ["p", 7 / 9, true, true]);
  const none = [null, null, null].map((at, seed) => run("none", seed, at));
  assert.equal(learningTime.compare([...none, ...slow], [["none", "slow"]])[0]!.better, 1.5 / 9);
  // a rate that learns sooner is chosen, at whatever cost; of those at which half learned nothing the cheaper one
  const rate = (at: (number | null)[], learningRate: number, end: number) =>
    at.map((sequences, seed) => ({ ...tuned(learningRate, 1000 + seed, end), sequencesToConverge: sequences }));
  const slower = rate([300, 400, 500], 1e-3, 0.01);
  assert.equal(learningTime.bestRate([...slower, ...rate([200, 300, null], 1e-2, 0.09)]), 1e-2);
  assert.equal(learningTime.bestRate([...rate([null, null, 9], 1e-3, 3), ...rate([null, null, 9], 1e-2, 2)]), 1e-2);
  // a time has no test length: it is corrected for the pairs, of these parts one each
  const family = { question: "how soon", pairs: [["dms-periodic", "ntm-wide"] as const] };
  const timed = recordsOf(studies["learning-time"], referenceStore());
  const corrected = (asTrained: boolean) =>
    compare({ ...studies["learning-time"], families: [{ ...family, asTrained }] }, timed).map((one) => one.corrected);
  assert.deepEqual(corrected(false), corrected(true));
});

test("keys that are undefined, however deep, are none: the record of such a run is found again", () => {
  const part = studies.long.parts.find(({ name }) => name === "long-jump-recall") as TaskPart;
  const { ntm } = part.models as Record<string, TaskModel>;
  const planned = (model: object) =>
    evaluationPlan({ ...studies.long, parts: [] }, { ...part, models: { ntm: model as TaskModel } }, nowhere).specs[0]!;
  const odd = planned({
    ...ntm,
    memory: undefined,
    readHeads: undefined,
    shift: { kind: "gaussian", sigmaFloor: 0.1, periodic: undefined },
  });
  const plain = planned({ ...ntm, shift: { kind: "gaussian", sigmaFloor: 0.1 } });
  assert.deepEqual(odd.config, JSON.parse(JSON.stringify(odd.config)));
  assert.deepEqual(odd, plain);
});

test("a study, or a part of one, is chosen by name, and a wrong name is told", () => {
  const names = (name: string) => studyNamed(name).parts.map((part) => part.name);
  assert.deepEqual([names("range-copy"), names("published")], [["range-copy"], ["published"]]);
  assert.equal(names("range").length, 10);
  assert.throws(
    () => studyNamed("rnage"),
    /study is "rnage", expected one of published, draws, sound, .*, or a part of one, e.g. sound-20/,
  );
});

test("a study makes the tuning runs, then the evaluation; a single learning rate needs no tuning", async () => {
  const store = new RecordStore(folder);
  const { training, test: asked } = config();
  const { learningRate: _, ...constant } = { ...training, sequences: 32, reportEvery: 32 };
  const rates = { rates: [1e-3, 1e-2], seeds: [1000, 1001] };
  const part: TaskPart = {
    name: "small",
    task,
    models: {
      gru: { kind: "gru", hidden: 3 },
      slow: { what: "a tenth", model: { kind: "gru", hidden: 3 }, training: { clipNorm: 0.1 } },
    },
    training: constant,
    learningRate: rates,
    seeds: 2,
    test: asked,
  };
  const own = (parts: TaskPart[]): Study<TaskRecord> => ({
    name: "own",
    question: "?",
    parts,
    metric: cost,
    families: [],
  });
  const [found] = await study(own([part]), { store, workers: 1, models: ["gru"] });
  assert.deepEqual([found!.tuning.length, found!.evaluation.length, found!.missing], [4, 2, []]);
  const single = { ...part, name: "single", learningRate: 1e-3 };
  const [one] = await study(own([single]), { store, workers: 1, seeds: 1 });
  assert.deepEqual([one!.tuning.length, one!.evaluation.length], [0, 2]);
  assert.deepEqual(
    one!.evaluation.map(({ name, config: { training } }) => [name, training.clipNorm]),
    [
      ["gru", 1],
      ["slow", 0.1],
    ],
  );

  const made: string[] = [];
  const onRecord = ({ protocol }: TaskRecord) => made.push(protocol);
  const attempts = [{ model: "gru", seed: 1000, variant: "tried" }];
  const tried = ["tried", "tried-too"].map((name): TaskPart => ({ ...part, name, learningRate: 1e-3, attempts }));
  await study(own(tried), { store, workers: 1, seeds: 1, models: ["gru"], onRecord });
  assert.deepEqual(made.splice(0), ["tried", "tried-too", "tried-tune", "tried-too-tune"], "attempts come last");
  const shared: TaskPart = {
    ...part,
    name: "shared",
    training: { ...constant, sequences: 64 },
    learningRate: { ...rates, on: part },
  };
  const [taken] = await study(own([shared]), { store, workers: 1, seeds: 1, models: ["gru"], onRecord });
  assert.deepEqual(made, ["shared"], "the tuning runs of the other part serve");
  assert.deepEqual(taken!.tuning, found!.tuning);
  assert.equal(taken!.evaluation[0]!.config.training.learningRate, found!.evaluation[0]!.config.training.learningRate);
});

test("a record tells what a memory's heads said in the end: where answers are due, and where not", async () => {
  const runner = new Runner();
  const memory = (model: TaskModel) => ({ ...spec(0).config, model: taskModel(makeTask(task), model) });
  const local: ShiftConfig = { kind: "discrete", offsets: [1, 0, -1] };
  const mixed: ShiftConfig = { kind: "mixture", of: [{ kind: "gaussian", sigmaInit: 0.5 }, local] };
  const { heads } = await runner.run({
    ...spec(0),
    config: TaskRunConfig.parse(memory(rangeMemory({ read: mixed, write: local }, 4))),
  });
  const rows = (head: string) => heads.filter((row) => row.head === head && row.due).map(({ parameter }) => parameter);
  assert.deepEqual(rows("read").sort(), [
    "discrete.shift",
    "gate",
    "gaussian.delta",
    "gaussian.sigma",
    "mix",
    "spread",
  ]);
  assert.deepEqual(rows("write").sort(), ["gate", "shift", "spread"]);
  for (const { low, median, high, parameter } of heads) {
    assert.equal(low.length, { mix: 2, shift: 3, "discrete.shift": 3 }[parameter] ?? 1);
    low.forEach((value, i) => assert.ok(value <= median[i]! && median[i]! <= high[i]!));
  }
  assert.deepEqual((await runner.run(spec(0))).heads, []);
  const wide: ShiftConfig = { kind: "discrete", offsets: [2, 1, 0, -1, -2] };
  const { heads: unlike } = await runner.run({
    ...spec(0),
    config: TaskRunConfig.parse(memory(rangeMemory({ read: local, write: wide }, 4))),
  });
  const shifts = unlike.filter(({ parameter, due }) => parameter === "shift" && due);
  assert.deepEqual(
    shifts.map(({ head, median }) => [head, median.length]),
    [
      ["read", 3],
      ["write", 5],
    ],
    "a head whose shift has fewer offsets than another's isn't left out",
  );
  runner.dispose();
});

test("models of the study have about as many parameters on every task", () => {
  for (const { name, task: options, models } of studies.range.parts) {
    const made = makeTask(options);
    const counts = Object.values(models).map((model) => {
      const built = buildModel(taskModel(made, model as TaskModel), 1);
      const count = built.countParams();
      built.dispose();
      return count;
    });
    assert.ok(Math.max(...counts) <= 1.17 * Math.min(...counts), `${name}: ${counts}`);
  }
});

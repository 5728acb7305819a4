import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, mock, test } from "node:test";
import { RandomState } from "../../src/dataset/index.js";
import { publishedModels, studies } from "../../src/studies/index.js";
import { soundTraining, soundTuning } from "../../src/studies/sound.js";
import {
  chosen,
  configOf,
  evaluationPlan,
  findRecords,
  type Lookup,
  makeRuns,
  RecordStore,
  type RunConfig,
  Runner,
  type RunRecord,
  type RunSpec,
  type SetPart,
  type Study,
  tuningPlan,
} from "../../src/study/index.js";
import { Speeds, workOf } from "../../src/study/speeds.js";
import { nowhere } from "./configs.js";
import { broken, madeUpSound } from "./records.js";

const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-sound-"));
after(() => rmSync(scratch, { recursive: true }));

const { sound } = studies;
const group: SetPart = {
  ...sound.parts[0]!,
  name: "tiny-sound",
  data: { ...sound.parts[0]!.data, samples: 640 },
  validation: 112,
  models: { mlp: publishedModels.mlp, gru: { ...publishedModels.gru, hidden: 8 } },
  seeds: 3,
};
const tiny: Study<RunRecord> = { ...sound, parts: [group] };

const brief = (learningRate: number) => ({ ...soundTraining, epochs: 4, learningRate });

/** The config of a model of the group that is trained in another way. */
function runConfig(part: SetPart, name: string, training: RunConfig["training"]): RunConfig {
  return { ...configOf(part, name, 0.01), training };
}

function spec(name: "mlp" | "gru", seed: number, training: RunConfig["training"]): RunSpec {
  return { protocol: group.name, name, seed, config: runConfig(group, name, training) };
}

test("a sound run holds samples out, clips, decays, and keeps both results", async () => {
  const runner = new Runner();
  const training = { ...brief(0.01), clipNorm: 0.5, weightDecay: 0.01 };
  const record = await runner.run(spec("mlp", 0, training));
  const sets = runner.sets(record.config);
  assert.deepEqual(
    [sets.train, sets.validation!, sets.test].map((set) => set.labels.length),
    [400, 112, 128],
  );
  const whole = runner.sets({ ...record.config, validation: undefined }).train;
  assert.deepEqual(
    [...sets.train.x, ...sets.validation!.x],
    [...whole.x],
    "the last samples are held out, none is lost",
  );
  assert.deepEqual(Object.keys(record.curve[0]!).sort(), [
    "epoch",
    "testAccuracy",
    "testLoss",
    "trainLoss",
    "validationAccuracy",
    "validationLoss",
  ]);
  const best = record.result.bestValidation!;
  assert.equal(record.curve[best.epoch - 1]!.testAccuracy, best.testAccuracy);
  assert.equal(best.validationAccuracy, Math.max(...record.curve.map((point) => point.validationAccuracy!)));
  const { schedule: _, ...constant } = training;
  for (const other of [brief(0.01), { ...brief(0.01), weightDecay: 0.01 }, constant]) {
    const { curve } = await runner.run(spec("mlp", 0, other));
    assert.notEqual(curve[1]!.trainLoss, record.curve[1]!.trainLoss);
  }
  assert.deepEqual(await runner.run(spec("mlp", 0, training)), record, "nothing is left of the runs between");
  await assert.rejects(
    runner.run({ ...spec("mlp", 0, training), config: { ...record.config, validation: 512 } }),
    /validation is 512, expected less than the 512 training samples/,
  );
  runner.dispose();
});

test("a run that diverges gives a record, and the next run of its model is not touched by it", async () => {
  const runner = new Runner();
  // a decay of 300 multiplies every weight by about -300 a step
  const config = runConfig(group, "mlp", { ...brief(0.99), weightDecay: 300 });
  const record = await runner.run({ protocol: group.name, name: "mlp", seed: 0, config });
  assert.ok(record.diverged && record.diverged.step < 28);
  assert.equal(record.curve.length, record.diverged.epoch - 1);
  assert.match(record.diverged.loss, /NaN|Infinity/);
  assert.ok(record.result.testAccuracy < 0.3 && record.result.of === 128);
  new RecordStore(join(scratch, "diverged")).save(record);
  const calm = runConfig(group, "mlp", { ...brief(1e-3), epochs: 1, weightDecay: 300 });
  const next = await runner.run({ protocol: group.name, name: "mlp", seed: 0, config: calm });
  assert.equal(next.diverged, undefined);
  const fresh = new Runner();
  assert.deepEqual(next, await fresh.run({ protocol: group.name, name: "mlp", seed: 0, config: calm }));
  runner.dispose();
  fresh.dispose();
});

test("the same seed gives every model the same order of the samples", async () => {
  const orders: unknown[] = [];
  const stream = RandomState.stream;
  mock.method(RandomState, "stream", (seed: number, name: string) => {
    const state = stream(seed, name);
    if (name.endsWith("order")) mock.method(state, "permutation", permuted(state));
    return state;
  });
  const permuted = (state: RandomState) => {
    const permutation = state.permutation.bind(state);
    return (rows: number) => {
      const order = permutation(rows);
      orders.push(Array.from(order));
      return order;
    };
  };
  const runner = new Runner();
  await runner.run(spec("mlp", 5, brief(0.01)));
  await runner.run(spec("gru", 5, brief(0.03)));
  await runner.run(spec("mlp", 6, brief(0.01)));
  runner.dispose();
  mock.restoreAll();
  assert.equal(orders.length, 12);
  assert.deepEqual(orders.slice(4, 8), orders.slice(0, 4));
  assert.notDeepEqual(orders.slice(8), orders.slice(0, 4));
});

test("the evaluation plan follows from the tuning records, model by model", () => {
  const tuning = tuningPlan(tiny, group);
  assert.equal(tuning.length, 2 * 5 * 2);
  assert.deepEqual(
    tuning.slice(0, 3).map(({ name, seed, variant }) => [name, seed, variant]),
    [
      ["mlp", 1000, "rate0.001"],
      ["gru", 1000, "rate0.001"],
      ["mlp", 1000, "rate0.0023"],
    ],
  );
  const made = new Map<RunSpec, RunRecord>();
  const find = (wanted: RunSpec) =>
    [...made].find(
      ([spec]) => spec.name === wanted.name && spec.variant === wanted.variant && spec.seed === wanted.seed,
    )?.[1];
  const lookup = { find } as unknown as Lookup;
  assert.deepEqual(evaluationPlan(tiny, group, lookup), { specs: [], untuned: ["mlp", "gru"] });
  for (const spec of tuning.filter(({ name }) => name === "gru")) {
    const rate = spec.config.training.learningRate as number;
    made.set(spec, madeUpSound("gru", spec.seed, { rate, accuracy: rate === 0.013 ? 0.9 : 0.5 }));
  }
  const partly = evaluationPlan(tiny, group, lookup);
  assert.deepEqual(partly.untuned, ["mlp"]);
  assert.deepEqual(
    partly.specs.map(({ name, seed }) => [name, seed]),
    [
      ["gru", 0],
      ["gru", 1],
      ["gru", 2],
    ],
  );
  const { training, validation, model } = partly.specs[0]!.config;
  assert.equal(training.learningRate, 0.013);
  assert.deepEqual(training.tuned, { protocol: "tiny-sound-tune", ...soundTuning });
  assert.deepEqual([validation, model.kind === "gru" && model.steps], [112, 20]);
  for (const spec of tuning.filter(({ name }) => name === "mlp")) {
    made.set(spec, broken(madeUpSound("mlp", spec.seed, { rate: spec.config.training.learningRate as number })));
  }
  assert.deepEqual(
    evaluationPlan(tiny, group, lookup).specs.map(({ name, seed }) => `${name}${seed}`),
    ["mlp0", "gru0", "mlp1", "gru1", "mlp2", "gru2"],
    "seed by seed",
  );
});

test("the parts: steps follow the stride, the canonical split, and a choice of models", () => {
  const [at20, at40, canonical] = sound.parts;
  const steps = (each: SetPart) =>
    tuningPlan(sound, each).map(({ config }) => ("steps" in config.model ? config.model.steps : 0));
  assert.deepEqual([...new Set(steps(at20!))], [0, 20]);
  assert.deepEqual([...new Set(steps(at40!))], [0, 40]);
  assert.equal(canonical!.data.samples, 5000);
  const some = chosen(sound, { models: ["ntm", "gru"], seeds: 2 });
  assert.deepEqual(
    some.parts.map(({ models, seeds }) => [Object.keys(models), seeds]),
    [
      [["ntm", "gru"], 2],
      [["ntm", "gru"], 2],
      [["gru"], 2],
    ],
  );
  assert.throws(() => chosen(sound, { models: ["gru", "xyz"] }), /model is "xyz", expected one of mlp, gru/);
  assert.throws(() => chosen(sound, { parts: ["sound-30"] }), /part is "sound-30", expected one of sound-20, sound-40/);
  assert.throws(() => chosen(sound, { seeds: 1001 }), /seeds is 1001, expected a whole number from 1 to 1000/);
  assert.deepEqual(evaluationPlan(sound, at20!, nowhere).specs, [], "nothing is evaluated before it is tuned");
});

test("tuning records have a file a rate, and a study in the plan's order is balanced wherever it stops", async () => {
  const store = new RecordStore(join(scratch, "order"));
  const short = { ...brief(0.01), epochs: 1 };
  const specs = [0, 1].flatMap((seed) =>
    (["mlp", "gru"] as const).flatMap((name) =>
      [0.001, 0.01].map((rate) => ({ ...spec(name, seed, { ...short, learningRate: rate }), variant: `rate${rate}` })),
    ),
  );
  const stop = new AbortController();
  const made: string[] = [];
  await assert.rejects(
    makeRuns(specs, store, {
      workers: 1,
      order: "as-planned",
      signal: stop.signal,
      onRecord: ({ name, variant, seed }) => {
        made.push(`${name} ${variant} ${seed}`);
        if (made.length === 4) stop.abort(new Error("stop"));
      },
    }),
    /stop/,
  );
  assert.deepEqual(made, ["mlp rate0.001 0", "mlp rate0.01 0", "gru rate0.001 0", "gru rate0.01 0"]);
  assert.deepEqual(readdirSync(join(store.folder, group.name)).sort(), [
    "gru-rate0.001-seed0.json",
    "gru-rate0.01-seed0.json",
    "mlp-rate0.001-seed0.json",
    "mlp-rate0.01-seed0.json",
  ]);
  assert.deepEqual(findRecords(tiny, store)[0]!.evaluation, []);
});

test("the time left is by each model's own speed, also for what lies ahead", () => {
  const speeds = new Speeds();
  const slow = workOf(runConfig(group, "gru", brief(0.01)));
  const fast = workOf(runConfig(group, "mlp", { ...brief(0.03), epochs: 10 }));
  assert.deepEqual([slow.epochs, fast.epochs], [4, 10]);
  assert.equal(speeds.secondsFor([slow], 2), undefined);
  speeds.add(fast.key, 1);
  speeds.add(fast.key, 3);
  assert.equal(
    speeds.secondsFor([slow, fast], 2),
    (2 * 4 + 2 * 10) / 2,
    "a model not yet run is taken to be as fast as the others",
  );
  speeds.add(slow.key, 5);
  assert.equal(speeds.secondsFor([slow, fast], 2), (5 * 4 + 2 * 10) / 2);
  assert.equal(workOf(runConfig(group, "gru", brief(0.02))).key, slow.key, "the rate doesn't change the time");
});

test("callbacks that are async are refused in one line, and the process lives", async () => {
  const failing = (async () => {
    throw new Error("mine");
  }) as never;
  const runner = new Runner();
  const quick = spec("mlp", 0, { ...brief(0.01), epochs: 1 });
  await assert.rejects(
    runner.run(quick, { onProgress: failing }),
    /^UserError: onProgress is async, nothing awaits it/,
  );
  runner.dispose();
  const store = new RecordStore(join(scratch, "async"));
  await assert.rejects(makeRuns([quick], store, { workers: 1, onRecord: failing }), /onRecord is async/);
  assert.ok(store.find(quick), "the record is kept");
});

test("each optimizer trains in its own way, also in a Runner that has made other runs", async () => {
  const by = (optimizer: "adam" | "rmsprop" | "sgd") => spec("mlp", 0, { ...brief(0.01), epochs: 1, optimizer });
  const runner = new Runner();
  const losses: number[] = [];
  for (const optimizer of ["adam", "rmsprop", "sgd"] as const)
    losses.push((await runner.run(by(optimizer))).curve[0]!.trainLoss);
  assert.equal(new Set(losses).size, 3);
  const fresh = new Runner();
  assert.equal((await fresh.run(by("sgd"))).curve[0]!.trainLoss, losses[2]);
  await assert.rejects(
    fresh.run(spec("mlp", 0, { ...brief(0.01), optimizer: "sgd", weightDecay: 0.01 })),
    /weightDecay with the optimizer sgd: only adam has it/,
  );
  for (const each of [runner, fresh]) each.dispose();
});

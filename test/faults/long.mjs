import { createRequire } from "node:module";
import { Count } from "./support.mjs";

const {
  buildModel,
  capture,
  captureTraining,
  evaluate,
  publishedModels,
  RandomState,
  soundModels,
  tf,
  train,
  trainingSet,
} = createRequire(import.meta.url)("dms-ntm");
const mebibytes = () => process.memoryUsage.rss() / 2 ** 20;

/**
 * Median of the slopes between each two points (Theil-Sen), in y's unit for one of x's: a leak has one, an allocator
 * that takes a block once hasn't.
 */
function slope(points) {
  const slopes = points.flatMap(([x0, y0], i) => points.slice(i + 1).map(([x, y]) => (y - y0) / (x - x0)));
  return slopes.sort((a, b) => a - b)[slopes.length >> 1];
}

/** What is left once a process has warmed up: the last four fifths. */
const warm = (seen) => seen.slice(Math.floor(seen.length / 5));

/**
 * MiB a minute that the memory of a training process may grow by; over the 30 minutes no more than one of its models
 * takes.
 */
const MOST_A_MINUTE = 0.5;
/**
 * MiB that allocators may move by back and forth: what a short training, whose slope says little, may grow by
 * altogether.
 */
const NOISE = 8;

/**
 * Training in one process for so many minutes, three models in turn, evaluated as runs are: tensors and memory stay.
 */
export async function longTraining(minutes) {
  const count = new Count();
  const models = { gru: publishedModels.gru, dms: publishedModels.dms, periodic: soundModels["dms-periodic"](20) };
  const random = new RandomState(5);
  const set = trainingSet(
    Float32Array.from({ length: 640 * 20 }, () => random.standardNormal()),
    Int32Array.from({ length: 640 }, () => random.randint(0, 10)),
    [20, 1],
  );
  const trainers = [];
  for (const config of Object.values(models)) trainers.push(await captureTraining(buildModel(config, 1)));
  const started = performance.now();
  const passed = () => (performance.now() - started) / 60_000;
  const seen = [];
  let [steps, next] = [0, 0];
  // one round takes seconds, however few minutes are asked for
  while (passed() < minutes || seen.length < 5) {
    for (const trainer of trainers) {
      await train(trainer, set, { epochs: 5, batchSize: 64, learningRate: 1e-3, order: new RandomState(steps) });
      evaluate(trainer, set);
      steps += 50;
    }
    if (passed() < next) continue;
    globalThis.gc?.();
    seen.push({ minutes: passed(), rss: mebibytes(), tensors: tf.memory().numTensors });
    next += minutes / 100;
  }
  for (const trainer of trainers) trainer.dispose();
  const later = warm(seen);
  const [first, last] = [later[0], later.at(-1)];
  const growth = slope(later.map((at) => [at.minutes, at.rss]));
  const most = Math.max(MOST_A_MINUTE, NOISE / (last.minutes - first.minutes));
  const table = seen.map((at) => `${at.minutes.toFixed(1)} min ${at.rss.toFixed(0)} MiB ${at.tensors} tensors`);
  const every = Math.ceil(table.length / 6);
  console.log(`faults: ${table.filter((_, i) => i % every === 0 || i === table.length - 1).join(", ")}`);
  count.expect(
    "no tensor stays",
    later.every(({ tensors }) => tensors === first.tensors),
  );
  count.expect(`memory grows by ${growth.toFixed(2)} MiB a minute, at most ${most.toFixed(2)}`, growth <= most);
  count.notes.push(
    `${steps} steps in ${passed().toFixed(1)} min, ${first.rss.toFixed(0)} to ${last.rss.toFixed(0)} MiB, ` +
      `${growth.toFixed(2)} MiB/min (at most ${most.toFixed(2)}), ${last.tensors - first.tensors} tensors more`,
  );
  return count;
}

/** Functions, and whole training steps, captured and disposed again and again in one process. */
export async function manyCaptures(times) {
  const count = new Count();
  const seen = [];
  const x = tf.randomNormal([8, 16], 0, 1, "float32", 1);
  const w = tf.variable(tf.randomNormal([16, 16], 0, 1, "float32", 2));
  const batch = tf.zeros([8, 20, 1]);
  const labels = tf.zeros([8], "int32");
  const small = { ...publishedModels.gru, hidden: 8 };
  for (let i = 0; i < times; i++) {
    const compile = i % 4 === 3 ? "xla" : "graph";
    const captured = await capture((y) => tf.grad((z) => tf.sum(tf.tanh(tf.matMul(z, w))))(y), [x], { compile });
    tf.dispose(captured(x));
    captured.dispose();
    if (i % 10 === 0) {
      const model = buildModel(small, i);
      const trainer = await captureTraining(model, { compile: "graph" });
      trainer.step(batch, labels, 1e-3);
      trainer.dispose();
      model.dispose();
    }
    globalThis.gc?.();
    seen.push({ rss: mebibytes(), tensors: tf.memory().numTensors });
  }
  tf.dispose([x, w, batch, labels]);
  expectFlat(count, seen, "captures", 0.5);
  return count;
}

/** Training steps of a memory model, compiled by XLA, captured and disposed again and again in one process. */
export async function memoryCaptures(times) {
  const count = new Count();
  const seen = [];
  const batch = tf.zeros([8, 5, 1]);
  const labels = tf.zeros([8], "int32");
  const small = { ...publishedModels.dms, steps: 5, hidden: 6, slots: 5, width: 3 };
  for (let i = 0; i < times; i++) {
    const model = buildModel(small, i);
    const trainer = await captureTraining(model, { compile: "xla" });
    trainer.step(batch, labels, 1e-3);
    trainer.step(batch, labels, 1e-3);
    trainer.dispose();
    model.dispose();
    globalThis.gc?.();
    seen.push({ rss: mebibytes(), tensors: tf.memory().numTensors });
  }
  tf.dispose([batch, labels]);
  expectFlat(count, seen, "captures", 2);
  return count;
}

/** No tensor more, and no more than so many MiB for each time, once the first fifth is over. */
function expectFlat(count, seen, what, most) {
  const later = warm(seen);
  const each = slope(later.map(({ rss }, i) => [i, rss]));
  count.expect("no tensor stays", later.at(-1).tensors === later[0].tensors);
  count.expect(`a capture leaves ${each.toFixed(2)} MiB, at most ${most}`, each <= most);
  count.notes.push(
    `${seen.length} ${what}, ${later[0].rss.toFixed(0)} to ${later.at(-1).rss.toFixed(0)} MiB after the first fifth, ` +
      `${each.toFixed(2)} MiB each (at most ${most})`,
  );
}

import { Count, dms } from "./support.mjs";

const { buildModel, capture, captureTraining, evaluate, publishedModels, RandomState, soundModels, tf, train, trainingSet } =
  dms;
const mebibytes = () => process.memoryUsage.rss() / 2 ** 20;

/** Growth that a process may have once it has warmed up: pages of allocators that are never given back. */
const LEAST_ROOM = 64;

/** Training in one process for so many minutes, three models in turn, evaluated as runs are: tensors and memory stay. */
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
  while (passed() < minutes) {
    for (const trainer of trainers) {
      await train(trainer, set, { epochs: 5, batchSize: 64, learningRate: 1e-3, order: new RandomState(steps) });
      evaluate(trainer, set);
      steps += 50;
    }
    if (passed() < next) continue;
    globalThis.gc?.();
    seen.push({ minutes: passed(), rss: mebibytes(), tensors: tf.memory().numTensors });
    next += minutes / 20;
  }
  for (const trainer of trainers) trainer.dispose();
  const warm = seen.slice(Math.ceil(seen.length / 5));
  const [first, last] = [warm[0], warm.at(-1)];
  const table = seen.map((at) => `${at.minutes.toFixed(1)} min ${at.rss.toFixed(0)} MiB ${at.tensors} tensors`);
  console.log(`faults: ${table.filter((_, i) => i % 4 === 0 || i === table.length - 1).join(", ")}`);
  count.expect("no tensor stays", last.tensors === first.tensors);
  count.expect(
    `memory stays: ${first.rss.toFixed(0)}, then ${last.rss.toFixed(0)} MiB`,
    last.rss < first.rss + Math.max(LEAST_ROOM, 0.05 * first.rss),
  );
  count.notes.push(
    `${steps} steps in ${passed().toFixed(1)} min, ${first.rss.toFixed(0)} to ${last.rss.toFixed(0)} MiB, ${last.tensors - first.tensors} tensors more`,
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
  const [first, last] = [seen[Math.floor(times / 5)], seen.at(-1)];
  const each = (last.rss - first.rss) / (times - Math.floor(times / 5));
  count.expect("no tensor stays", last.tensors === first.tensors);
  count.expect(`a capture leaves ${each.toFixed(2)} MiB, at most 0.5`, each < 0.5);
  count.notes.push(`${times} captures, ${first.rss.toFixed(0)} to ${last.rss.toFixed(0)} MiB after the first fifth`);
  return count;
}

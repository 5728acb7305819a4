// One model trained in one way by this library, in a process that measures on demand: peers/peer.py's counterpart, with
// the same protocol.
// usage: node contestant.mjs eager|graph|xla|xla-several mlp|gru|ntm|dms|lstm-ntm [steps of the sequence] [batch]
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const {
  buildModel,
  captureTraining,
  makeTask,
  taskModel,
  taskTrainer,
  training,
  publishedModels,
  softmaxCrossEntropy,
  studies,
  tensorflowVersion,
  tf,
} = createRequire(import.meta.url)("dms-ntm");

/** Steps of one native call. */
const SEVERAL = 13;
const [way, name, steps, rows] = process.argv.slice(2);
const onTask = name === "lstm-ntm";
const batch = Number(rows ?? (onTask ? 32 : 64));

/** The NTM of the tasks, on copy of so many vectors of 8 bits that it has 30 steps. */
const task = makeTask({ task: "copy", bits: 8, lengths: [14, 14] });
const lstmNtm = studies.long.parts.find(({ name }) => name === "long-jump-recall").models.ntm;
const config = onTask
  ? taskModel(task, lstmNtm)
  : name === "mlp"
    ? publishedModels.mlp
    : { ...publishedModels[name], steps: Number(steps ?? 20) };
const uniform = (...shape) => tf.randomUniform(shape, 0, 1, "float32", 1);
const x = onTask
  ? tf.round(uniform(batch, 30, task.inputs))
  : tf.randomNormal(name === "mlp" ? [batch, 40] : [batch, config.steps, 1], 0, 1, "float32", 1);
// on a task the last output is the mask: an answer is due at every step
const labels = onTask
  ? tf.concat([tf.round(uniform(batch, 30, task.outputs)), tf.ones([batch, 30, 1])], 2)
  : tf.tensor1d(
      Array.from({ length: batch }, (_, i) => i % 10),
      "int32",
    );

async function stepper() {
  const model = buildModel(config, 1);
  if (way === "eager") {
    const loss = onTask ? training.taskLoss(task) : softmaxCrossEntropy;
    const adam = tf.train.adam(1e-3);
    return () => tf.tidy(() => adam.minimize(() => loss(labels, model.apply(x)), true).dataSync()[0]);
  }
  const options = { compile: way === "graph" ? "graph" : "xla" };
  const trainer = onTask ? await taskTrainer(model, task, options) : await captureTraining(model, options);
  if (way !== "xla-several") return () => trainer.step(x, labels, 1e-3);
  const [xs, targets] = [x, labels].map((tensor) => tf.stack(new Array(SEVERAL).fill(tensor)));
  const rates = new Array(SEVERAL).fill(1e-3);
  return () => trainer.steps(xs, targets, rates);
}

const say = (value) => console.log(JSON.stringify(value));
const start = performance.now();
const step = await stepper();
step();
say({ version: `tfjs ${tf.version.tfjs}, TensorFlow ${tensorflowVersion()}`, first: performance.now() - start });
for await (const line of createInterface({ input: process.stdin })) {
  step();
  const begin = performance.now();
  for (let i = 0; i < Number(line); i += way === "xla-several" ? SEVERAL : 1) step();
  say({ ms: performance.now() - begin, rss: process.memoryUsage.rss() / 2 ** 20 });
}
process.exit(0);

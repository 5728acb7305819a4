// One model trained in one way by this library, in a process that measures on demand: peers/peer.py's counterpart, with the same protocol.
// usage: node contestant.mjs eager|graph|xla|xla-several mlp|gru|ntm|dms [steps of the sequence]
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { buildModel, captureTraining, publishedModels, softmaxCrossEntropy, tensorflowVersion, tf } = createRequire(
  import.meta.url,
)("dms-ntm");

/** Steps of one native call. */
const SEVERAL = 13;
const [way, name, steps = "20"] = process.argv.slice(2);
const config = name === "mlp" ? publishedModels.mlp : { ...publishedModels[name], steps: Number(steps) };
const x = tf.randomNormal(name === "mlp" ? [64, 40] : [64, config.steps, 1], 0, 1, "float32", 1);
const classes = Array.from({ length: 64 }, (_, i) => i % 10);
const labels = tf.tensor1d(classes, "int32");

async function stepper() {
  const model = buildModel(config, 1);
  if (way === "eager") {
    const adam = tf.train.adam(1e-3);
    return () => tf.tidy(() => adam.minimize(() => softmaxCrossEntropy(labels, model.apply(x)), true).dataSync()[0]);
  }
  const trainer = await captureTraining(model, { compile: way === "graph" ? "graph" : "xla" });
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

// Milliseconds of one training step (forward, backward, Adam; batch 64), each way of running it in turns, and the medians. Then what two
// single-threaded processes at once get done. usage: node bench/steps.mjs [rounds]
import { fork } from "node:child_process";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

const { buildModel, captureTraining, publishedModels, softmaxCrossEntropy, tensorflowVersion, tf } = createRequire(
  import.meta.url,
)("dms-ntm");

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const rounds = Number(process.argv[2] ?? 5);

function batch(name) {
  const x = tf.randomNormal(name === "mlp" ? [64, 40] : [64, 20, 1], 0, 1, "float32", 1);
  return {
    x,
    labels: tf.tensor1d(
      Array.from({ length: 64 }, (_, i) => i % 10),
      "int32",
    ),
  };
}

async function capturedStep(name, compile) {
  const { x, labels } = batch(name);
  const start = performance.now();
  const trainer = await captureTraining(buildModel(publishedModels[name], 1), { compile });
  trainer.step(x, labels, 1e-3);
  return { step: () => trainer.step(x, labels, 1e-3), first: performance.now() - start };
}

function eagerStep(name) {
  const { x, labels } = batch(name);
  const model = buildModel(publishedModels[name], 1);
  const adam = tf.train.adam(1e-3);
  return {
    step: () => tf.tidy(() => adam.minimize(() => softmaxCrossEntropy(labels, model.apply(x)), true).dataSync()[0]),
    first: Number.NaN,
  };
}

function time(step, repeats) {
  step();
  const start = performance.now();
  for (let i = 0; i < repeats; i++) step();
  return (performance.now() - start) / repeats;
}

if (process.send) {
  // a process of the second table: says when it is ready, then trains for the given time and says how often
  const [name, seconds] = process.argv.slice(2);
  const { step } = await capturedStep(name, "xla");
  process.send("ready");
  process.once("message", () => {
    const end = performance.now() + 1000 * Number(seconds);
    let steps = 0;
    while (performance.now() < end) {
      step();
      steps++;
    }
    process.send(steps);
    process.disconnect();
  });
} else {
  console.log(
    `TensorFlow ${tensorflowVersion()}, Node ${process.versions.node}, ${cpus().length} x ${cpus()[0].model}, one thread`,
  );
  console.log("model   eager ms   graph ms     XLA ms   first graph s   first XLA s   eager/XLA");
  for (const name of Object.keys(publishedModels)) {
    const ways = { eager: eagerStep(name), graph: await capturedStep(name, "graph"), xla: await capturedStep(name, "xla") };
    const times = { eager: [], graph: [], xla: [] };
    for (let round = 0; round < rounds; round++) {
      for (const [way, { step }] of Object.entries(ways)) times[way].push(time(step, way === "eager" ? 2 : 40));
    }
    const [eager, graph, xla] = Object.values(times).map(median);
    const cells = [eager.toFixed(1), graph.toFixed(2), xla.toFixed(2)].map((text) => text.padStart(11));
    const firsts = [ways.graph.first, ways.xla.first].map((ms) => (ms / 1000).toFixed(2).padStart(14));
    console.log(`${name.padEnd(4)}${cells.join("")}${firsts.join("")}${(eager / xla).toFixed(0).padStart(12)}`);
  }
  console.log("\nsteps a second, XLA       one process   two at once");
  for (const name of ["gru", "ntm", "dms"]) {
    const rate = async (processes) => {
      const children = Array.from({ length: processes }, () =>
        fork(fileURLToPath(import.meta.url), [name, "4"], { execArgv: ["--no-deprecation"] }),
      );
      await Promise.all(children.map((child) => new Promise((resolve) => child.once("message", resolve))));
      const counts = children.map((child) => new Promise((resolve) => child.once("message", resolve)));
      for (const child of children) child.send("go");
      return (await Promise.all(counts)).reduce((a, b) => a + b) / 4;
    };
    console.log(`${name.padEnd(20)}${(await rate(1)).toFixed(0).padStart(17)}${(await rate(2)).toFixed(0).padStart(14)}`);
  }
  process.exit(0);
}

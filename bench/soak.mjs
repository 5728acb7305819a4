// Memory over many steps: resident size and live tensors after 1,000 and after 10,000 training steps, one a call and 13
// a call.
// usage: node --expose-gc bench/soak.mjs [steps]
import { createRequire } from "node:module";

const { buildModel, captureTraining, publishedModels, tf } = createRequire(import.meta.url)("dms-ntm");
const total = Number(process.argv[2] ?? 10000);
const SEVERAL = 13;

console.log("model  steps a call   RSS MiB after 1/10   after all   growth %   tensors");
for (const name of ["mlp", "gru", "ntm", "dms"]) {
  for (const several of [1, SEVERAL]) {
    const trainer = await captureTraining(buildModel(publishedModels[name], 1), { compile: "xla" });
    const shape = name === "mlp" ? [64, 40] : [64, 20, 1];
    const [x, labels] = [tf.randomNormal([SEVERAL, ...shape], 0, 1, "float32", 1), tf.zeros([SEVERAL, 64], "int32")];
    const [one, oneLabels] = [
      tf.tidy(() => x.slice(0, 1).reshape(shape)),
      tf.tidy(() => labels.slice(0, 1).reshape([64])),
    ];
    const rates = new Array(SEVERAL).fill(1e-4);
    const train = (steps) => {
      for (let i = 0; i < steps; i += several) {
        if (several === 1) trainer.step(one, oneLabels, 1e-4);
        else trainer.steps(x, labels, rates);
      }
      globalThis.gc?.();
      return { rss: process.memoryUsage.rss() / 2 ** 20, tensors: tf.memory().numTensors };
    };
    const early = train(total / 10);
    const late = train(total - total / 10);
    const growth = 100 * (late.rss / early.rss - 1);
    const cells = [several, early.rss.toFixed(0), late.rss.toFixed(0), growth.toFixed(1), late.tensors - early.tensors];
    console.log(`${name.padEnd(5)}${cells.map((cell, i) => String(cell).padStart([14, 21, 12, 11, 10][i])).join("")}`);
    trainer.dispose();
    tf.dispose([x, labels, one, oneLabels]);
  }
}
process.exit(0);

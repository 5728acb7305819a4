/** A study that faults happen to; prints how many epochs it has trained. usage: study.mjs FOLDER RUNS */
import { createRequire } from "node:module";

const { protocolConfig, RunStore, study } = createRequire(import.meta.url)("dms-ntm");
const [folder, runs] = process.argv.slice(2);
const { data, model, stride, training } = protocolConfig("smoke", "mlp");
const config = {
  data: { ...data, samples: 640 },
  stride,
  model: { ...model, hidden: [8] },
  training: { ...training, epochs: 3, learningRate: 0.003 },
};
const specs = Array.from({ length: Number(runs) }, (_, seed) => ({ protocol: "faults", name: "mlp", seed, config }));
let epochs = 0;
try {
  await study(specs, new RunStore(folder), { workers: 2, onProgress: () => epochs++ });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
console.log(epochs);

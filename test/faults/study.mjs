/** A study that faults happen to; prints how many epochs it has trained. usage: study.mjs FOLDER RUNS */
import { createRequire } from "node:module";

const { studies, records } = createRequire(import.meta.url)("dms-ntm");
const { accuracy, RecordStore, study } = records;
const [folder, runs] = process.argv.slice(2);
const [smoke] = studies.smoke.parts;
const part = {
  ...smoke,
  name: "faults",
  data: { ...smoke.data, samples: 640 },
  models: { mlp: { ...smoke.models.mlp, hidden: [8] } },
  training: { ...smoke.training, epochs: 3 },
  learningRate: 0.003,
  seeds: Number(runs),
};
const faults = { name: "faults", question: "Is anything lost?", parts: [part], metric: accuracy, families: [] };
let epochs = 0;
try {
  await study(faults, { store: new RecordStore(folder), workers: 2, onProgress: () => epochs++ });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
console.log(epochs);

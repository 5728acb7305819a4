// What of a step doesn't shrink with the batch: medians at batch 1 to 128, in turns, each in a process of its own.
// usage: node bench/batches.mjs [models, e.g. gru,ntm] [rounds]
import { median, start } from "./processes.mjs";

const [models = "mlp,gru,ntm,dms", rounds = "7"] = process.argv.slice(2);
const BATCHES = [1, 8, 16, 32, 64, 128];
/** steps a measurement, a whole number of calls */
const STEPS = 104;
console.log(`ms a step  ${BATCHES.map((batch) => `batch ${batch}`.padStart(10)).join("")}`);
for (const model of models.split(",")) {
  const contestants = [];
  for (const batch of BATCHES) contestants.push(await start("xla-several", model, "20", String(batch)));
  const times = BATCHES.map(() => []);
  for (let round = 0; round < Number(rounds); round++)
    for (const [i, contestant] of contestants.entries()) times[i].push((await contestant.time(STEPS)).ms / STEPS);
  for (const contestant of contestants) contestant.stop();
  console.log(`${model.padEnd(11)}${times.map((list) => median(list).toFixed(2).padStart(10)).join("")}`);
}

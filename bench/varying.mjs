// Training on copy of 1 to 20 vectors, batch 8, by the recipe of the study `long`: loops that end with a batch's last
// answer beside padded ones, where each row draws a length of its own, and where a batch has one. In turns, medians,
// and how many of the padded steps were run.
// usage: node bench/varying.mjs [rounds] [model: ntm, dms-periodic, ...] [calls of 16 batches a round]
import { createRequire } from "node:module";
import { median } from "./processes.mjs";

const { makeTask, studies, taskTrainer, training, trainTask } = createRequire(import.meta.url)("dms-ntm");
const [rounds = "7", name = "ntm", calls = "8"] = process.argv.slice(2);
const [BATCH, A_CALL] = [8, 16];
const task = makeTask({ task: "copy", bits: 8, lengths: [1, 20] });
const model = studies.long.parts.find((part) => part.name === "long-copy").models[name];
const optimizer = training.clipByGlobalNorm(training.adam(), 50);

async function contestant(oneLength, cut) {
  const trainer = await taskTrainer({ config: model, seed: 1 }, task, { compile: "xla", optimizer });
  const all = trainer.steps;
  const ran = [];
  trainer.steps = (x, targets, rates, weights, steps) => {
    if (cut) ran.push(...steps);
    return all.call(trainer, x, targets, rates, weights, cut ? steps : undefined);
  };
  let seed = 0;
  /** ms a batch, over so many calls */
  const time = async (count) => {
    const options = { sequences: count * A_CALL * BATCH, batch: BATCH, learningRate: 1e-3, seed: ++seed, oneLength };
    const start = performance.now();
    const curve = await trainTask(trainer, task, { ...options, reportEvery: options.sequences });
    return { ms: (performance.now() - start) / (count * A_CALL), cost: curve.at(-1).cost };
  };
  await time(1);
  return { time, ran, ms: [], costs: [] };
}

for (const oneLength of [false, true]) {
  const [padded, cut] = [await contestant(oneLength, false), await contestant(oneLength, true)];
  for (let round = 0; round < Number(rounds); round++) {
    for (const each of [padded, cut]) {
      const { ms, cost } = await each.time(Number(calls));
      each.ms.push(ms);
      each.costs.push(cost);
    }
  }
  if (padded.costs.join() !== cut.costs.join()) throw new Error("the costs differ");
  const [slow, fast] = [median(padded.ms), median(cut.ms)];
  const share = cut.ran.reduce((sum, steps) => sum + steps, 0) / cut.ran.length / task.steps(20);
  console.log(
    `copy 1 to 20, ${name}, ${oneLength ? "one length a batch" : "a length each"}: padded ${slow.toFixed(2)} ms a batch, ` +
      `varying ${fast.toFixed(2)}, ${(slow / fast).toFixed(2)} times as fast; ` +
      `${(100 * share).toFixed(0)} % of the steps run; equal costs`,
  );
}

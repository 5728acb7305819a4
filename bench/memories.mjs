// What each model of the study `long` costs on copy: parameters, and milliseconds a training step of 8 sequences of 20
// vectors. Models take turns; medians over the rounds. usage: node bench/memories.mjs [rounds]
import { createRequire } from "node:module";

const { makeTask, stats, studies, taskTrainer, trainTask } = createRequire(import.meta.url)("dms-ntm");
const rounds = Number(process.argv[2] ?? 5);
const STEPS = 40;
const part = studies.long.parts.find(({ name }) => name === "long-copy");
const task = makeTask({ ...part.task, lengths: [20, 20] });
const { batch } = part.training;
const options = { sequences: STEPS * batch, batch, learningRate: 1e-3, seed: 1, reportEvery: STEPS * batch };

const contestants = [];
for (const [name, config] of Object.entries(part.models)) {
  const trainer = await taskTrainer({ config, seed: 1 }, task, { compile: "xla" });
  await trainTask(trainer, task, options); // compiles
  contestants.push({ name, trainer, times: [] });
}
for (let round = 0; round < rounds; round++) {
  for (const { trainer, times } of contestants) {
    const start = performance.now();
    await trainTask(trainer, task, options);
    times.push((performance.now() - start) / STEPS);
  }
}
console.log("| model | parameters | ms a step |\n| :-- | --: | --: |");
for (const { name, trainer, times } of contestants)
  console.log(`| ${name} | ${trainer.model.countParams()} | ${stats.median(times).toFixed(1)} |`);
process.exit(0);

// How scan takes long sequences: first step, time and memory of an NTM's training step at 20 to 320 steps, each in a
// process of its own.
// usage: node bench/lengths.mjs [model] [way]
import { start } from "./processes.mjs";

const [model = "ntm", way = "xla-several"] = process.argv.slice(2);
// a whole number of calls, whichever way
const STEPS = 39;
console.log("steps   first s   ms a step   ms / step of the sequence   RSS MiB");
for (const steps of [20, 40, 80, 160, 320]) {
  const process = await start(way, model, String(steps));
  await process.time(13);
  const { ms, rss } = await process.time(STEPS);
  process.stop();
  const cells = [process.first / 1000, ms / STEPS, ms / STEPS / steps, rss].map((value, i) =>
    value.toFixed([2, 1, 3, 0][i]),
  );
  console.log(`${String(steps).padStart(5)}${[10, 12, 28, 10].map((width, i) => cells[i].padStart(width)).join("")}`);
}

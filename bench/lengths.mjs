// How scan takes long sequences: first step, time and memory of an NTM's training step at 20 to 320 steps, each in a process of its own.
// usage: node bench/lengths.mjs [model] [way]
import { start } from "./processes.mjs";

const [model = "ntm", way = "xla"] = process.argv.slice(2);
console.log("steps   first s   ms a step   ms / step of the sequence   RSS MiB");
for (const steps of [20, 40, 80, 160, 320]) {
  const process = await start(way, model, String(steps));
  await process.time(10);
  const { ms, rss } = await process.time(30);
  process.stop();
  const cells = [process.first / 1000, ms / 30, ms / 30 / steps, rss].map((value, i) => value.toFixed([2, 1, 3, 0][i]));
  console.log(`${String(steps).padStart(5)}${[10, 12, 28, 10].map((width, i) => cells[i].padStart(width)).join("")}`);
}

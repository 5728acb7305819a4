// Milliseconds of one training step (forward, backward, Adam; batch 64; 20 steps of the recurrent models): each contestant in a process of
// its own, measured in turns, medians. Then the throughput of one and of two single-threaded processes. Writes bench/RESULTS.md.
// usage: node bench/steps.mjs [rounds]
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { havePeers, median, start } from "./processes.mjs";

const rounds = Number(process.argv[2] ?? 5);
const WAYS = ["eager", "graph", "xla", "xla-several", ...(havePeers ? ["jax", "jax-several", "torch"] : [])];
const TITLES = {
  eager: "tfjs eager",
  graph: "captured, graph",
  xla: "captured, XLA",
  "xla-several": "XLA, 13 a call",
  jax: "JAX jit",
  "jax-several": "JAX, 13 a call",
  torch: "PyTorch eager",
};
const lines = [];
const say = (line = "") => {
  console.log(line);
  lines.push(line);
};
const row = (cells) => say(`| ${cells.join(" | ")} |`);
const versions = new Set();

async function compare(model) {
  const contestants = {};
  for (const way of WAYS) contestants[way] = await start(way, model);
  const times = Object.fromEntries(WAYS.map((way) => [way, []]));
  for (let round = 0; round < rounds; round++) {
    for (const way of WAYS) {
      const n = way === "eager" ? 3 : 52;
      times[way].push((await contestants[way].time(n)).ms / n);
    }
  }
  for (const way of WAYS) {
    versions.add(contestants[way].version);
    contestants[way].stop();
  }
  const ms = Object.fromEntries(WAYS.map((way) => [way, median(times[way])]));
  const first = Object.fromEntries(WAYS.map((way) => [way, contestants[way].first / 1000]));
  return { model, ms, first };
}

/** Steps a second of all processes together. */
async function throughput(model, count) {
  const processes = [];
  for (let i = 0; i < count; i++) processes.push(await start("xla-several", model));
  const rates = [];
  for (let round = 0; round < rounds; round++) {
    const all = await Promise.all(processes.map((process) => process.time(208)));
    rates.push(all.reduce((sum, { ms }) => sum + 208 / ms, 0));
  }
  for (const process of processes) process.stop();
  return median(rates) * 1000;
}

const results = [];
for (const model of ["mlp", "gru", "ntm", "dms"]) results.push(await compare(model));
const machine = `${cpus().length} x ${cpus()[0].model.trim()}`;

say("# A training step, measured");
say();
say(
  `Forward, backward and Adam, batch 64, 20 steps; ${machine}; ${[...versions].join("; ")}; Node ${process.versions.node}. Ours on one thread, the ` +
    `peers on as many as they like; the ratios are of 13 steps a call. Medians of ${rounds} rounds in turns, written by \`make bench\`.`,
);
say();
row(["ms a step", ...WAYS.map((way) => TITLES[way]), ...(havePeers ? ["JAX / ours"] : []), "eager / ours"]);
row([":--", ...WAYS.map(() => "--:"), ...(havePeers ? ["--:"] : []), "--:"]);
for (const { model, ms } of results) {
  const ratios = [...(havePeers ? [ms["jax-several"] / ms["xla-several"]] : []), ms.eager / ms["xla-several"]];
  row([model.toUpperCase(), ...WAYS.map((way) => ms[way].toFixed(2)), ...ratios.map((ratio) => ratio.toFixed(1))]);
}
say();
row(["first step, s", ...WAYS.map((way) => TITLES[way])]);
row([":--", ...WAYS.map(() => "--:")]);
for (const { model, first } of results) row([model.toUpperCase(), ...WAYS.map((way) => first[way].toFixed(2))]);
say();
row(["steps a second, XLA, 13 a call", "one process", "two at once", "ms a run-step"]);
row([":--", "--:", "--:", "--:"]);
for (const model of ["gru", "ntm", "dms"]) {
  const [one, two] = [await throughput(model, 1), await throughput(model, 2)];
  row([model.toUpperCase(), one.toFixed(0), two.toFixed(0), (1000 / two).toFixed(2)]);
}
writeFileSync(new URL("RESULTS.md", import.meta.url), `${lines.join("\n")}\n`);

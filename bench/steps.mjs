// Milliseconds of one training step (forward, backward, Adam): the published models with batch 64 and 20 steps, and the
// tasks' NTM with an LSTM controller of 100, 48 slots x 16, batch 32 and 30 steps. Each contestant in a process of its
// own, measured in turns, medians; then on one core; then the first step; then the throughput of one and of two
// single-threaded processes. Writes bench/RESULTS.md.
// usage: node bench/steps.mjs [rounds] [models] [file to write]
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { havePeers, median, start, startIn } from "./processes.mjs";

const rounds = Number(process.argv[2] ?? 5);
const models = (process.argv[3] ?? "mlp,gru,ntm,dms,lstm-ntm").split(",");
const file = process.argv[4] ?? fileURLToPath(new URL("RESULTS.md", import.meta.url));
const PEERS = havePeers ? ["jax", "jax-several", "torch", "torch-compile"] : [];
const WAYS = ["eager", "graph", "xla", "xla-several", ...PEERS];
const TITLES = {
  eager: "tfjs eager",
  graph: "captured, graph",
  xla: "captured, XLA",
  "xla-several": "XLA, 13 a call",
  jax: "JAX jit",
  "jax-several": "JAX, 13 a call",
  torch: "PyTorch eager",
  "torch-compile": "torch.compile",
};
const NAMES = { dms: "DMS-NTM", "lstm-ntm": "NTM, LSTM" };
const nameOf = (model) => NAMES[model] ?? model.toUpperCase();
const lines = [];
const say = (line = "") => {
  console.log(line);
  lines.push(line);
};
const row = (cells) => say(`| ${cells.join(" | ")} |`);
const head = (cells) => {
  row(cells);
  row([":--", ...cells.slice(1).map(() => "--:")]);
};
const versions = new Set();
// what is kept from one process to the next is measured by itself
const cold = { DMS_NTM_KEEP_COMPILED: "0" };

/** Medians of the contestants' ms a step, measured in turns, and how long each one's first step took, s. */
async function compare(model, ways) {
  const contestants = {};
  for (const way of ways) contestants[way] = await startIn(cold, way, model);
  const times = Object.fromEntries(ways.map((way) => [way, []]));
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) {
      const n = way === "eager" ? 3 : 52;
      times[way].push((await contestants[way].time(n)).ms / n);
    }
  }
  for (const way of ways) {
    versions.add(contestants[way].version);
    contestants[way].stop();
  }
  const ms = Object.fromEntries(ways.map((way) => [way, median(times[way])]));
  const first = Object.fromEntries(ways.map((way) => [way, contestants[way].first / 1000]));
  return { model, ms, first };
}

/** First steps of new processes, s: without kept code, and with what another process has kept. Medians. */
async function firstSteps(model) {
  const firstOf = async (env) => {
    const contestant = await startIn(env, "xla", model);
    contestant.stop();
    return contestant.first / 1000;
  };
  await firstOf({});
  const both = { cold: [], kept: [] };
  for (let round = 0; round < rounds; round++) {
    both.cold.push(await firstOf(cold));
    both.kept.push(await firstOf({}));
  }
  return { cold: median(both.cold), kept: median(both.kept) };
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

/** The fastest peer's time over the fastest of ours. */
function ahead(ms, suffix = "") {
  const fastest = (ways) => Math.min(...ways.map((way) => ms[way + suffix]));
  return fastest(PEERS) / fastest(["xla", "xla-several"]);
}

const results = [];
for (const model of models) results.push(await compare(model, WAYS));
const machine = `${cpus().length} x ${cpus()[0].model.trim()}`;

say("# A training step, measured");
say();
say(
  "Forward, backward and Adam, batch 64, 20 steps " +
    `(NTM, LSTM: controller of 100, 48 slots x 16, batch 32, 30 steps); ${machine}; ` +
    `${[...versions].join("; ")}; Node ${process.versions.node}. Ours on one thread, the peers on as many as they like. ` +
    `Medians of ${rounds} rounds in turns, written by \`make bench\`.`,
);
say();
if (havePeers) {
  const led = results.map(({ model, ms }) => {
    const peer = PEERS.reduce((best, way) => (ms[way] < ms[best] ? way : best));
    return `${nameOf(model)} ${ahead(ms).toFixed(2)} (${TITLES[peer]})`;
  });
  say(
    `The fastest peer's time divided by ours (above 1: ours is faster): ${led.join(", ")}. "13 a call": 13 training steps in one call.`,
  );
  say();
}
head(["ms a step", ...WAYS.map((way) => TITLES[way]), ...(havePeers ? ["fastest peer / ours"] : []), "eager / ours"]);
for (const { model, ms } of results) {
  const ratios = [...(havePeers ? [ahead(ms)] : []), ms.eager / ms["xla-several"]];
  row([nameOf(model), ...WAYS.map((way) => ms[way].toFixed(2)), ...ratios.map((ratio) => ratio.toFixed(2))]);
}
say();
if (havePeers) {
  const ways = ["xla", "xla-several", ...PEERS];
  head(["ms a step on one core", ...ways.map((way) => TITLES[way]), "fastest peer / ours"]);
  for (const model of models) {
    const { ms } = await compare(
      model,
      ways.map((way) => `${way}@1`),
    );
    row([nameOf(model), ...ways.map((way) => ms[`${way}@1`].toFixed(2)), ahead(ms, "@1").toFixed(2)]);
  }
  say();
}
const firstWays = WAYS.filter((way) => way !== "xla");
head(["first step, s", ...firstWays.map((way) => TITLES[way]), "captured, XLA", "XLA, code kept from another process"]);
for (const { model, first } of results) {
  const { cold, kept } = await firstSteps(model);
  row([nameOf(model), ...firstWays.map((way) => first[way].toFixed(2)), cold.toFixed(2), kept.toFixed(2)]);
}
say();
head(["steps a second, XLA, 13 a call", "one process", "two at once", "ms a step, of the two together"]);
for (const model of models.filter((name) => name !== "mlp")) {
  const [one, two] = [await throughput(model, 1), await throughput(model, 2)];
  row([nameOf(model), one.toFixed(0), two.toFixed(0), (1000 / two).toFixed(2)]);
}
writeFileSync(file, `${lines.join("\n")}\n`);

// Time to make the MNIST-1D data set, here and by the PyPI package mnist1d (numpy, scipy), in turns on the same
// machine.
// node bench/mnist1d.mjs [samples = 5000] [rounds = 9], after the build; needs .venv
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { makeMnist1d } from "../lib/dist/src/dataset/index.js";

const [samples = 5000, rounds = 9] = process.argv.slice(2).map(Number);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const peer = spawn(here("../.venv/bin/python"), [here("mnist1d_peer.py")], { stdio: ["pipe", "pipe", "inherit"] });
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();

async function python() {
  peer.stdin.write(`${samples}\n`);
  const { value, done } = await answers.next();
  if (done) throw new Error("the Python side ended early: run `make setup`");
  const [seconds, ...labels] = value.split(" ").map(Number);
  return { ms: 1000 * seconds, labels };
}

function node() {
  const start = performance.now();
  const data = makeMnist1d({ samples });
  return { ms: performance.now() - start, labels: [...data.train.y.slice(0, 10)] };
}

const times = { node: [], python: [] };
for (let round = 0; round < rounds; round++) {
  const ours = node();
  const theirs = await python();
  assert.deepEqual(ours.labels, theirs.labels);
  times.node.push(ours.ms);
  times.python.push(theirs.ms);
}
peer.stdin.end();

const sorted = (values) => values.toSorted((a, b) => a - b);
const median = (values) => sorted(values)[values.length >> 1];
for (const [name, values] of Object.entries(times)) {
  const [low, high] = [sorted(values)[0], sorted(values).at(-1)];
  const range = `${low.toFixed(0)} to ${high.toFixed(0)}`;
  console.log(
    `${name.padEnd(6)}  median ${median(values).toFixed(0)} ms (${range}), first call ${values[0].toFixed(0)} ms`,
  );
}
const ratio = median(times.python) / median(times.node);
console.log(`${samples} samples, ${rounds} rounds in turns: the PyPI package takes ${ratio.toFixed(1)} times as long`);

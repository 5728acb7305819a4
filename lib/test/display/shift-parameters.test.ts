import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor } from "@tensorflow/tfjs-node";
import { mixShares, shiftParameters } from "../../src/display/index.js";
import { registerShift } from "../../src/memory/index.js";
import { buildModel, type NtmConfig } from "../../src/models/index.js";
import { publishedModels, soundModels } from "../../src/studies/index.js";
import { tf } from "../../src/tensorflow/tf.js";

const sequence = Array.from({ length: 20 }, (_, t) => Math.sin(t));
const gaussian = { kind: "gaussian" as const, periodic: true, sigma: "fixed" as const, sigmaInit: 0.5 };
const discrete = { kind: "discrete" as const, offsets: [1, 0, -1] };

test("a row a step, head, parameter and number of it; heads of different kinds have different parameters", () => {
  const config: NtmConfig = {
    ...soundModels["dms-periodic"](20),
    shift: { read: { kind: "mixture", of: [gaussian, discrete] }, write: discrete },
  };
  const before = tf.memory().numTensors;
  const model = buildModel(config, 1);
  const own = tf.memory().numTensors - before;
  const rows = shiftParameters(model, sequence);
  assert.equal(tf.memory().numTensors - before, own, "it leaves no tensors");
  const counts = new Map<string, number>();
  for (const { head, parameter, part } of rows) {
    const key = `${head} ${parameter} ${part}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const thrice = (name: string) => [0, 1, 2].map((part) => `${name} ${part}`);
  assert.deepEqual(
    [...counts.keys()].sort(),
    [
      "read mix 0",
      "read mix 1",
      "read gaussian.delta 0",
      "read gaussian.sigma 0",
      ...thrice("read discrete.shift"),
      ...thrice("write shift"),
    ].sort(),
  );
  assert.ok([...counts.values()].every((count) => count === 20));
  for (let step = 0; step < 20; step++) {
    const of = (parameter: string) => rows.filter((row) => row.step === step && row.parameter === parameter);
    const [first, second] = of("mix").map(({ value }) => value);
    assert.ok(Math.abs(first! + second! - 1) < 1e-6);
    assert.deepEqual(
      of("gaussian.sigma").map(({ value }) => value),
      [0.5],
    );
  }
});

test("a share goes to its component, also beside one that says nothing", () => {
  const stay = registerShift("stays-put", {}, () => ({
    kind: "stays-put",
    outputs: 1,
    offsets: () => [0],
    kernel: (raw: Tensor) => ({ kernel: tf.onesLike(raw), parameters: {} }),
  }));
  const mixed = { kind: "mixture" as const, of: [stay({}), discrete, discrete] };
  const model = buildModel({ ...soundModels["dms-periodic"](20), shift: { read: mixed, write: discrete } }, 1);
  const shares = mixShares(model, sequence).filter(({ step }) => step === 3);
  const mix = shiftParameters(model, sequence).filter(({ step, parameter }) => step === 3 && parameter === "mix");
  assert.deepEqual(
    shares.map(({ head, component, share }) => [head, component, share]),
    ["stays-put", "discrete 1", "discrete 2"].map((name, part) => ["read", name, mix[part]!.value]),
  );
});

test("a model without a memory is refused", () => {
  assert.throws(() => shiftParameters(buildModel(publishedModels.gru, 1), sequence), /model gru has no memory/);
});

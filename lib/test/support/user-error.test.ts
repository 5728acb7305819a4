import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { CaptureError } from "../../src/capture.js";
import { ModelConfig } from "../../src/models/index.js";
import { publishedModels, soundModels } from "../../src/studies/index.js";
import { RunConfig } from "../../src/study/index.js";
import { UserError } from "../../src/support/user-error.js";
import { check } from "../../src/support/validate.js";
import { protocolConfig } from "../study/configs.js";
import { userMessage } from "../support.js";

const config = () =>
  structuredClone(protocolConfig("published", "ntm")) as unknown as Record<string, Record<string, unknown>>;

test("a bad value gives one line with the field, the value and what is allowed", () => {
  const cases: [(c: ReturnType<typeof config>) => void, RegExp][] = [
    [(c) => (c.training!.epochs = -3), /^run config\.training\.epochs is -3, expected at least 1$/],
    [(c) => (c.training!.epochs = 2.5), /^run config\.training\.epochs is 2\.5, expected a whole number$/],
    [
      (c) => (c.training!.optimizer = "lion"),
      /^run config\.training\.optimizer is "lion", expected one of "adam", "rmsprop", "sgd"$/,
    ],
    [(c) => (c.training!.learningRate = 7), /^run config\.training\.learningRate is 7, expected less than 1$/],
    [
      (c) => ((c.training!.learningRate as { range: unknown }).range = [1e-2, 1e-4]),
      /range is \[0\.01,0\.0001\], expected \[low, high\] with low below high$/,
    ],
    [
      (c) => (c.model!.kind = "rnn"),
      /^run config\.model\.kind is "rnn", expected one of "mlp", .*, "ntm", .*or a kind made known by registerMemory$/,
    ],
    [(c) => (c.model!.slots = "20"), /^run config\.model\.slots is "20", expected number$/],
    [(c) => (c.model!.slots = 0), /^run config\.model\.slots is 0, expected at least 1$/],
    [
      (c) => (c.model!.shift = { kind: "gaussian", sigmaFloor: -1 }),
      /^run config\.model\.shift\.sigmaFloor is -1, expected more than 0$/,
    ],
    [
      (c) => (c.model!.shift = { kind: "gaussian", sigmaFloor: 0.1, sigmaInit: 0.1 }),
      /^run config\.model\.shift\.sigmaInit is 0\.1, expected more than sigmaFloor$/,
    ],
    [
      (c) => (c.model!.shift = { kind: "gaussian", sigmaInit: 0.05 }),
      /^run config\.model\.shift\.sigmaInit is 0\.05, expected more than sigmaFloor$/,
    ],
    [
      (c) => (c.model!.shift = { kind: "gaussian", sigma: "fixed" }),
      /^run config\.model\.shift\.sigmaInit is missing, expected the width that sigma is fixed at$/,
    ],
    [
      (c) => (c.model!.shift = { kind: "gaussian", anneal: { from: 0.5 } }),
      /^run config\.model\.shift\.anneal\.from is 0\.5, expected at least 1$/,
    ],
    [
      (c) => (c.model!.shift = { kind: "mixture", of: [{ kind: "gaussian" }] }),
      /^run config\.model\.shift\.of is \[\{"kind":"gaussian"\}\], expected at least 2 items$/,
    ],
    [
      (c) => (c.model!.shift = { kind: "mixture", of: [{ kind: "gaussian" }, { kind: "discrete", offsets: [0.5] }] }),
      /^run config\.model\.shift\.of\[1\]\.offsets\[0\] is 0\.5, expected a whole number$/,
    ],
    [
      (c) => (c.model!.shift = { read: { kind: "gaussian" } }),
      /^run config\.model\.shift\.write is missing, expected object$/,
    ],
    [
      (c) => (c.model!.shift = { read: [{ kind: "gaussian" }, { kind: "gausian" }], write: { kind: "gaussian" } }),
      /^run config\.model\.shift\.read\[1\]\.kind is "gausian", expected one of "discrete", "gaussian", "mixture", or a kind/,
    ],
    [
      (c) => ((c.model!.initial as Record<string, unknown>).memory = { kind: "random", scale: 0, seed: 1 }),
      /^run config\.model\.initial\.memory\.scale is 0, expected more than 0$/,
    ],
    [
      (c) => ((c.model!.initial as Record<string, unknown>).readWeights = "even"),
      /^run config\.model\.initial\.readWeights is "even", expected one of "uniform", "peaked", "learned"$/,
    ],
    [
      (c) => (c.model!.sharpening = "none"),
      /^run config\.model\.sharpening is "none", expected one of "power", "softmax"$/,
    ],
    [(c) => (c.model!.readHeads = 0), /^run config\.model\.readHeads is 0, expected at least 1$/],
    [(c) => delete c.model!.width, /^run config\.model\.width is missing, expected number$/],
    [(c) => (c.model!.sloths = 3), /^run config\.model has the unknown key sloths; did you mean slots\?$/],
  ];
  for (const [spoil, expected] of cases) {
    const bad = config();
    spoil(bad);
    assert.match(
      userMessage(() => check(RunConfig, bad, "run config")),
      expected,
    );
  }
});

test("a good value passes unchanged", () => {
  const sound = Object.values(soundModels).map((make) => make(40));
  for (const model of [...Object.values(publishedModels), ...sound])
    assert.deepEqual(check(ModelConfig, model, "model"), model);
});

test("what a notebook prints of a UserError is its line alone, of its kinds as well, and of one inside another value", () => {
  const errors: [UserError, string][] = [
    [new UserError("a is 3, expected 4"), "UserError: a is 3, expected 4"],
    [new CaptureError("b is 3"), "CaptureError: b is 3"],
  ];
  for (const [error, line] of errors) {
    assert.equal(inspect(error), line);
    assert.equal(inspect([error]), `[ ${line} ]`);
    // the stack is there for who looks for it
    assert.match(error.stack!, /\n {4}at /);
  }
  assert.match(inspect(new Error("c")), /\n {4}at /);
});

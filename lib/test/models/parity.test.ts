import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { capture } from "../../src/capture/index.js";
import { discrete, gaussian } from "../../src/memory/index.js";
import { gruCell, type NtmParameters, type NtmState, type NtmTrace, ntmCell } from "../../src/models/index.js";
import { tf } from "../../src/tensorflow.js";
import { type ParityCase, parityCase } from "./fixtures.js";

const TOLERANCE = 2e-6;

const NAMES: Record<string, string> = {
  kernel: "controller.weight_ih",
  recurrentKernel: "controller.weight_hh",
  bias: "controller.bias_ih",
  recurrentBias: "controller.bias_hh",
  readKernel: "read.weight",
  readBias: "read.bias",
  writeKernel: "write.weight",
  writeBias: "write.bias",
  outputKernel: "output.weight",
  outputBias: "output.bias",
};

const isMatrix = (value: unknown): value is number[][] => Array.isArray(value) && Array.isArray(value[0]);
const toTensor = (value: unknown): Tensor =>
  isMatrix(value) ? tf.transpose(tf.tensor2d(value)) : tf.tensor1d(value as number[]);

interface Run {
  logits: Tensor2D;
  loss: Scalar;
  steps: (NtmTrace & { state: NtmState })[];
}

/** The models' own cells, run from the case's parameters and initial state. */
function forward(given: ParityCase, p: Record<string, Tensor>): Run {
  const { batch, hidden } = given.dims;
  const gru = {
    kernel: p.kernel,
    recurrentKernel: p.recurrentKernel,
    bias: p.bias,
    recurrentBias: p.recurrentBias,
  } as NtmParameters["controller"];
  const inputs = tf.unstack(tf.tensor2d(given.x), 1).map((column) => tf.reshape(column, [batch, 1]) as Tensor2D);
  let last = tf.zeros([batch, hidden]) as Tensor2D;
  const steps: Run["steps"] = [];
  if (given.kind === "gru") {
    for (const input of inputs) last = gruCell(gru, input, last);
  } else {
    const shift = given.kind === "dms" ? gaussian() : discrete();
    const parameters = {
      controller: gru,
      readKernel: p.readKernel,
      readBias: p.readBias,
      writeKernel: p.writeKernel,
      writeBias: p.writeBias,
    } as NtmParameters;
    const every = <T extends Tensor>(one: T) => tf.tile(one, [batch, ...one.shape.slice(1).map(() => 1)]) as T;
    let state: NtmState = {
      hidden: last,
      readVector: tf.zeros([batch, given.dims.width]),
      memory: every(tf.tensor3d(given.initial!.memory) as Tensor3D),
      readWeights: every(tf.tensor2d(given.initial!.read_weights)),
      writeWeights: every(tf.tensor2d(given.initial!.write_weights)),
    };
    for (const input of inputs) {
      const step = ntmCell(parameters, shift, input, state);
      state = step.state;
      steps.push({ ...step.trace, state });
    }
    last = state.hidden;
  }
  const logits = tf.add(tf.matMul(last, p.outputKernel as Tensor2D), p.outputBias as Tensor1D) as Tensor2D;
  const oneHot = tf.oneHot(tf.tensor1d(given.labels, "int32"), given.dims.classes);
  return { logits, loss: tf.losses.softmaxCrossEntropy(oneHot, logits) as Scalar, steps };
}

function close(actual: Tensor | number[], expected: unknown, what: string): void {
  const got = Array.isArray(actual) ? actual : Array.from(actual.dataSync());
  const want = (expected as number[]).flat(3) as number[];
  assert.equal(got.length, want.length, `${what}: number of values`);
  got.forEach((value, i) => {
    assert.ok(Math.abs(value - want[i]!) <= TOLERANCE, `${what}[${i}] is ${value}, the reference has ${want[i]}`);
  });
}

for (const name of ["gru", "ntm-uniform-zero", "ntm-onehot-random", "dms-uniform-zero", "dms-onehot-random"]) {
  const given = parityCase(name);
  const keys = Object.keys(NAMES).filter((key) => NAMES[key]! in given.params);
  const parameters = () => keys.map((key) => toTensor(given.params[NAMES[key]!]));
  const named = (list: Tensor[]) => Object.fromEntries(keys.map((key, i) => [key, list[i]!]));
  const lossAndGradients = (list: Tensor[]): Tensor[] => {
    const { value, grads } = tf.valueAndGrads((...ps: Tensor[]) => forward(given, named(ps)).loss)(list);
    return [value, ...grads];
  };
  const checkGradients = (outputs: Tensor[]) => {
    close(outputs[0]!, [given.loss], "loss");
    keys.forEach((key, i) => {
      const gradient = outputs[i + 1]!;
      close(gradient.rank === 2 ? tf.transpose(gradient) : gradient, given.grads[NAMES[key]!], `gradient of ${NAMES[key]}`);
    });
  };

  test(`${name}: logits, loss and every step agree with the float64 reference`, () => {
    tf.tidy(() => {
      const run = forward(given, named(parameters()));
      close(run.logits, given.logits, "logits");
      close(run.loss, [given.loss], "loss");
      assert.equal(run.steps.length, given.trace?.length ?? 0);
      given.trace?.forEach((expected, t) => {
        const step = run.steps[t]!;
        for (const head of ["read", "write"] as const) {
          const got: Record<string, Tensor> = {
            beta: step[head].strength,
            gate: step[head].gate,
            gamma: step[head].sharpening,
            weights: step[head].weights,
            ...step[head].parameters,
          };
          for (const [key, value] of Object.entries(expected[head])) close(got[key]!, value, `step ${t} ${head} ${key}`);
        }
        close(step.state.readVector, expected.read_vector, `step ${t} read vector`);
        close(step.state.memory, expected.memory, `step ${t} memory`);
      });
    });
  });

  test(`${name}: every gradient agrees, eagerly and captured`, async () => {
    tf.tidy(() => checkGradients(lossAndGradients(parameters())));
    const inputs = parameters();
    const captured = await capture((...list: Tensor[]) => lossAndGradients(list), inputs);
    tf.tidy(() => checkGradients(captured(...inputs)));
    captured.dispose();
    tf.dispose(inputs);
  });
}

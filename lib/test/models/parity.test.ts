import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { capture, scan } from "../../src/capture.js";
import { discrete, gaussian, type MemoryState, type NtmStepTrace, ntmStep } from "../../src/memory/index.js";
import {
  type GatedParameters,
  gruCell,
  type MemoryCellState,
  type MemoryParameters,
  memoryCell,
} from "../../src/models/index.js";
import { tf } from "../../src/tensorflow/tf.js";
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

type NtmState = MemoryCellState<MemoryState>;

interface Run {
  logits: Tensor2D;
  loss: Scalar;
  steps: (NtmStepTrace & { state: NtmState })[];
}

/** The models' own cells, run from the case's parameters and initial state: step by step if `traced`, else by scan. */
function forward(given: ParityCase, p: Record<string, Tensor>, traced: boolean): Run {
  const { batch, hidden } = given.dims;
  const { kernel, recurrentKernel, bias, recurrentBias } = p;
  const gru = { kernel, recurrentKernel, bias, recurrentBias } as unknown as GatedParameters;
  const x = tf.expandDims(tf.tensor2d(given.x), 2);
  const start = tf.zeros([batch, hidden]) as Tensor2D;
  const steps: Run["steps"] = [];
  let last: Tensor2D;
  if (given.kind === "gru") {
    const cell = (state: { hidden: Tensor2D }, input: Tensor) => ({
      state: { hidden: gruCell(gru, input as Tensor2D, state.hidden) },
    });
    last = scan(cell, { hidden: start }, x).state.hidden;
  } else {
    const shift = given.kind === "dms" ? gaussian() : discrete();
    const parameters: MemoryParameters = {
      controller: (input, { hidden }) => ({ hidden: gruCell(gru, input, hidden) }),
      kernel: tf.concat([p.readKernel as Tensor2D, p.writeKernel as Tensor2D], 1),
      bias: tf.concat([p.readBias as Tensor1D, p.writeBias as Tensor1D]),
    };
    const step = (raw: Tensor2D, before: MemoryState) => ntmStep({ shift }, raw, before);
    const every = <T extends Tensor>(one: T) => tf.tile(one, [batch, ...one.shape.slice(1).map(() => 1)]) as T;
    const { memory, read_weights, write_weights } = given.initial!;
    let state: NtmState = {
      hidden: start,
      readVector: tf.zeros([batch, given.dims.width]),
      memory: every(tf.tensor3d(memory) as Tensor3D),
      weights: every(tf.stack([tf.tensor2d(read_weights), tf.tensor2d(write_weights)], 1) as Tensor3D),
    };
    if (traced) {
      for (const input of tf.unstack(x, 1)) {
        const after = memoryCell(parameters, step, input as Tensor2D, state);
        state = after.state;
        steps.push({ ...after.trace, state });
      }
    } else {
      const cell = (now: NtmState, input: Tensor) => ({
        state: memoryCell(parameters, step, input as Tensor2D, now).state,
      });
      state = scan(cell, state, x).state;
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
    const { value, grads } = tf.valueAndGrads((...ps: Tensor[]) => forward(given, named(ps), false).loss)(list);
    return [value, ...grads];
  };
  const checkGradients = (outputs: Tensor[]) => {
    close(outputs[0]!, [given.loss], "loss");
    keys.forEach((key, i) => {
      const gradient = outputs[i + 1]!;
      close(
        gradient.rank === 2 ? tf.transpose(gradient) : gradient,
        given.grads[NAMES[key]!],
        `gradient of ${NAMES[key]}`,
      );
    });
  };

  test(`${name}: logits, loss and every step agree with the float64 reference`, () => {
    tf.tidy(() => {
      const run = forward(given, named(parameters()), true);
      close(run.logits, given.logits, "logits");
      close(run.loss, [given.loss], "loss");
      assert.equal(run.steps.length, given.trace?.length ?? 0);
      given.trace?.forEach((expected, t) => {
        const step = run.steps[t]!;
        const { strength, gate, sharpening, weights, parameters } = step.heads;
        const got: Record<string, Tensor> = { beta: strength, gate, gamma: sharpening, weights, ...parameters };
        for (const [i, head] of (["read", "write"] as const).entries()) {
          for (const [key, value] of Object.entries(expected[head]))
            close(tf.gather(got[key]!, [i], 1), value, `step ${t} ${head} ${key}`);
        }
        close(step.state.readVector, expected.read_vector, `step ${t} read vector`);
        close(step.state.memory, expected.memory, `step ${t} memory`);
      });
    });
  });

  test(`${name}: every gradient agrees, eagerly and captured`, async () => {
    tf.tidy(() => checkGradients(lossAndGradients(parameters())));
    const inputs = parameters();
    for (const compile of ["graph", "xla"] as const) {
      const captured = await capture((...list: Tensor[]) => lossAndGradients(list), inputs, { compile });
      tf.tidy(() => checkGradients(captured(...inputs)));
      captured.dispose();
    }
    tf.dispose(inputs);
  });
}

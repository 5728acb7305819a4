import type { Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import {
  type AddressedHeads,
  addressHeads,
  headGroups,
  headOutputs,
  type MemoryState,
  read,
  type Sharpen,
  type Shift,
  type ShiftContext,
  write,
  writeAll,
} from "../memory/index.js";
import { tf } from "../tensorflow/tf.js";
import type { Controller, ControllerState } from "./controller.js";

/** Weights of the cell: the controller, and the linear layers of its hidden state for all heads side by side. */
export interface NtmParameters {
  controller: Controller;
  /** the read heads' and the write heads' addressing, then erase and add, [hidden, heads * head outputs + 2 * writeHeads * width] */
  headsKernel: Tensor2D;
  headsBias: Tensor1D;
  /** what the shifts use besides, for each group of neighbouring heads with one shift */
  contexts?: readonly ShiftContext[];
}

/** What the heads are and how they move. */
export interface NtmHeads {
  /** of all heads, or one for each, read heads first */
  shift: Shift | readonly Shift[];
  /** default: as published */
  sharpen?: Sharpen;
  /** default 1 */
  readHeads?: number;
  /** default 1 */
  writeHeads?: number;
}

/** What the cell carries from one step to the next. */
export interface NtmState extends MemoryState, ControllerState {
  /** what was read one step before, one read head after the other, [batch, readHeads * width] */
  readVector: Tensor2D;
}

/** What the heads did at one step, read heads first on the heads' axis; for pictures and tests. */
export interface NtmTrace {
  /** [batch, features] */
  input: Tensor2D;
  /** key, strength, gate, sharpening, the shift's raw outputs (`shift`) and its parameters by name, and every stage of the addressing */
  heads: AddressedHeads;
  /** one write head after the other, [batch, writeHeads * width] */
  erase: Tensor2D;
  /** as erase */
  add: Tensor2D;
}

/** Puts the heads' linear layers side by side; done once, before the first step. The write heads' outputs end with all erase, then all add. */
export function ntmParameters(
  controller: Controller,
  readHead: { kernel: Tensor2D; bias: Tensor1D },
  writeHead: { kernel: Tensor2D; bias: Tensor1D },
): NtmParameters {
  return {
    controller,
    headsKernel: tf.concat([readHead.kernel, writeHead.kernel], 1),
    headsBias: tf.concat([readHead.bias, writeHead.bias]),
  };
}

/**
 * One step of a Neural Turing Machine (Graves et al. 2014): the controller sees the input and what was read before; all heads address the
 * memory, each from its own previous weighting; the read heads read, then the write heads erase and add.
 *
 * @param input [batch, features]
 * @returns the state after the step, of the shapes of the one before, and what the heads did, [batch, heads, ...]
 * @throws UserError when state, input and parameters don't fit together
 */
export function ntmCell(
  p: NtmParameters,
  { shift, sharpen, readHeads = 1, writeHeads = 1 }: NtmHeads,
  input: Tensor2D,
  state: NtmState,
): { state: NtmState; trace: NtmTrace } {
  const { memory } = state;
  const [batch, slots, width] = memory.shape;
  const controlled = p.controller(tf.concat([input, state.readVector], 1), state);

  const groups = headGroups("kind" in shift ? new Array<Shift>(readHeads + writeHeads).fill(shift) : shift);
  const raw = tf.add(tf.matMul(controlled.hidden, p.headsKernel), p.headsBias);
  const sizes = [
    ...groups.map(({ shift, heads }) => heads * headOutputs(width, shift)),
    writeHeads * width,
    writeHeads * width,
  ];
  const parts = tf.split(raw, sizes, 1) as Tensor2D[];
  const [rawErase, rawAdd] = parts.slice(-2) as [Tensor2D, Tensor2D];
  const heads = addressHeads(memory, state.weights, groups, parts, sharpen, p.contexts);
  const [readWeights, writeWeights] = tf.split(heads.weights, [readHeads, writeHeads], 1) as [Tensor3D, Tensor3D];
  const erase = tf.sigmoid(rawErase);
  const add = tf.tanh(rawAdd);

  const alone = (weights: Tensor3D) => tf.reshape(weights, [batch, slots]) as Tensor2D;
  const ofHeads = (tensor: Tensor2D) => tf.reshape(tensor, [batch, writeHeads, width]) as Tensor3D;
  const readVector =
    readHeads === 1
      ? read(memory, alone(readWeights))
      : (tf.reshape(read(memory, readWeights), [batch, readHeads * width]) as Tensor2D);
  const written =
    writeHeads === 1
      ? write(memory, alone(writeWeights), erase, add)
      : writeAll(memory, writeWeights, ofHeads(erase), ofHeads(add));

  return {
    state: { ...controlled, readVector, memory: written, weights: heads.weights },
    trace: { input, heads, erase, add },
  };
}

import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { type MemoryState, type NtmHeads, type NtmStepTrace, ntmStep, type ShiftContext } from "../memory/index.js";
import { tf } from "../tensorflow/tf.js";
import type { Controller, ControllerState } from "./controller.js";
import { memoryCell } from "./memory-cell.js";

/** Weights of the cell: the controller, and the linear layers of its hidden state for all heads side by side. */
export interface NtmParameters {
  controller: Controller;
  /**
   * the read heads' and the write heads' addressing, then erase and add, [hidden, heads * head outputs + 2 * writeHeads
   * * width]
   */
  headsKernel: Tensor2D;
  headsBias: Tensor1D;
  /** what the shifts use besides, for each group of neighbouring heads with one shift */
  contexts?: readonly ShiftContext[];
}

/** What the cell carries from one step to the next. */
export interface NtmState extends MemoryState, ControllerState {
  /** what was read one step before, one read head after the other, [batch, readHeads * width] */
  readVector: Tensor2D;
}

/** What the heads did at one step, read heads first on the heads' axis; for pictures and tests. */
export interface NtmTrace extends NtmStepTrace {
  /** [batch, features] */
  input: Tensor2D;
}

/**
 * Puts the heads' linear layers side by side; done once, before the first step. The write heads' outputs end with all
 * erase, then all add.
 */
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
 * One step of a Neural Turing Machine (Graves et al. 2014): the controller sees the input and what was read before; all
 * heads address the memory, each from its own previous weighting; the read heads read, then the write heads erase and
 * add.
 *
 * @param parameters as `ntmParameters` makes them
 * @param heads how each head addresses the memory
 * @param input [batch, features]
 * @param state the one before
 * @returns the state after the step, of the shapes of the one before, and what the heads did, [batch, heads, ...]
 * @throws UserError when state, input and parameters don't fit together
 */
export function ntmCell(
  { controller, headsKernel, headsBias, contexts }: NtmParameters,
  heads: NtmHeads,
  input: Tensor2D,
  state: NtmState,
): { state: NtmState; trace: NtmTrace } {
  const parameters = { controller, kernel: headsKernel, bias: headsBias };
  const step = (raw: Tensor2D, before: MemoryState) => ntmStep(heads, raw, before, contexts);
  const after = memoryCell(parameters, step, input, state);
  return { state: after.state, trace: { input, ...after.trace } };
}

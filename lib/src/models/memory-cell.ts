import type { Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import type { Memory, MemoryTensors } from "../memory/index.js";
import { tf } from "../tensorflow/tf.js";
import type { Controller, ControllerState } from "./controller.js";

/** Weights of a controller with a memory, all its linear layers side by side. */
export interface MemoryParameters {
  controller: Controller;
  /** [hidden, sum of the memory's outputs] */
  kernel: Tensor2D;
  /** [sum of the memory's outputs] */
  bias: Tensor1D;
}

/** What a controller with a memory carries from one step to the next. */
export type MemoryCellState<S extends MemoryTensors = MemoryTensors> = ControllerState & { readVector: Tensor2D } & S;

/**
 * One step of a controller with a memory: the controller sees the input and what was read before; what its hidden state
 * says goes to the memory.
 *
 * @param step of the memory, its learned weights inside
 * @param input [batch, features]
 * @returns the state after the step, of the shapes of the one before, and what the memory's heads did
 */
export function memoryCell<S extends MemoryTensors, T>(
  { controller, kernel, bias }: MemoryParameters,
  step: (raw: Tensor2D, state: S) => { state: S; read: Tensor2D; trace: T },
  input: Tensor2D,
  state: MemoryCellState<S>,
): { state: MemoryCellState<S>; trace: T } {
  const controlled = controller(tf.concat([input, state.readVector], 1), state);
  const raw = tf.add(tf.matMul(controlled.hidden, kernel), bias) as Tensor2D;
  const { state: next, read, trace } = step(raw, state);
  return { state: { ...controlled, readVector: read, ...next }, trace };
}

/** A memory's step with its learned weights. */
export const stepOf =
  <S extends MemoryTensors>(memory: Memory<S>, learned: Readonly<Record<string, Tensor>>) =>
  (raw: Tensor2D, state: S) =>
    memory.step(raw, state, learned);

import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import type { DataId, OpAttribute, OpInput, TensorLike } from "./backend.js";
import type { CompileMode } from "./emit.js";
import type { Graph, Value } from "./graph.js";

/** A bound on the values of an output. */
export interface Check {
  /** what of is checked, e.g. "GatherV2" */
  op: string;
  /** the values are in [0, size) */
  size: number;
}

/** What listens while a function runs, to those that tell it or ask it: the recorder. */
export interface Listener {
  readonly graph: Graph;
  /** what the graph is recorded for */
  readonly mode: CompileMode;
  /** that of the function around a loop's body */
  readonly parent?: Listener | undefined;
  /** An op begins. @returns the graph's values of its inputs */
  enter(op: string, inputs: OpInput[]): Value[];
  /** An op has made its outputs. */
  leave(op: string, attributes: OpAttribute[], inputs: Value[], outputs: TensorLike[]): void;
  /** What made a tensor's values, if they are known only when the graph runs. */
  origin(id: DataId): string | undefined;
  /** Fails the whole recording, whether or not somebody catches this error. */
  refuse(message: string): never;
  /** Adds a check of values that are known when the graph runs. */
  check(check: Check, values: Value): void;
  /** What a random layer draws from. */
  draw(distribution: "uniform" | "normal", shape: number[]): Tensor;
  /** Counts a variable that the recording itself needs among those from outside. */
  adopt(variable: Variable): void;
  /** The graph's value for a tensor: one made while recording, an input, one of a graph around, or else a constant. */
  resolve(input: OpInput | Tensor, user: string): Value;
}

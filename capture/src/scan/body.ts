import type { Tensor } from "@tensorflow/tfjs-node";
import { Graph, type Node, type Value } from "../graph.js";
import { Recorder } from "../recorder.js";
import { isolated, tf } from "../tensorflow.js";

/** One step of a loop: (input, state) -> new state and, perhaps, an output. */
export type Cell = (input: Tensor, state: Tensor[]) => { state: Tensor[]; output?: Tensor | undefined };

/** A step's ops, recorded once, and those of its gradient. */
export interface StepGraph {
  graph: Graph;
  input: Value;
  state: Value[];
  newState: Value[];
  output: Value | undefined;
  /** values from outside the loop that the step uses, and the inputs of `graph` that stand for them */
  captured: { outer: Value; inner: Value }[];
  gradient: StepGradient | undefined;
}

export interface StepGradient {
  /** nodes of the graph up to here belong to the step itself, the rest to its gradient */
  forwardNodes: ReadonlySet<Node>;
  /** gradients that come in, of the new state and of the output */
  newState: Value[];
  output: Value | undefined;
  /** gradients that go out; undefined where none flows */
  state: (Value | undefined)[];
  input: Value | undefined;
  /** the tensors from outside that the step uses, and their gradients */
  leaves: Tensor[];
  leafGradients: (Value | undefined)[];
}

/**
 * Records a cell once, on tensors of zeros, inside the recording that is under way; and, if `differentiate`, its
 * gradient by tfjs's own gradient functions.
 *
 * @param input zeros of one step's input
 * @param state zeros of the state
 */
export function recordStep(
  parent: Recorder,
  cell: Cell,
  input: Tensor,
  state: Tensor[],
  differentiate: boolean,
): StepGraph {
  const leaves = differentiate ? findLeaves(parent, cell, input, state) : [];
  const recorder = new Recorder(new Graph(parent.graph), parent.mode, parent);
  const step = recorder.during((): StepGraph => {
    const ports = { graph: recorder.graph, ...portsOf(recorder, input, state), captured: recorder.captured };
    if (differentiate) return { ...ports, ...recordGradient(recorder, cell, input, state, leaves) };
    const result = isolated(() => cell(input, state));
    return { ...ports, ...resolveStep(recorder, result), gradient: undefined };
  });
  parent.leaveBehind(recorder);
  return step;
}

function portsOf(recorder: Recorder, input: Tensor, state: Tensor[]): Pick<StepGraph, "input" | "state"> {
  return {
    input: recorder.input(input, "the loop's input"),
    state: state.map((tensor, i) => recorder.input(tensor, `the loop's state ${i}`)),
  };
}

/** Records the step, and the gradient of its results with respect to its input, its state and `leaves`. */
function recordGradient(recorder: Recorder, cell: Cell, input: Tensor, state: Tensor[], leaves: Tensor[]) {
  let step: ReturnType<typeof resolveStep> | undefined;
  let forwardNodes = new Set<Node>();
  let newState: Value[] = [];
  let output: Value | undefined;
  // sum of result * gradient: its gradient is the step's, weighted with the gradients that come in
  const weigh = (tensor: Tensor, what: string) => {
    const weight = tf.zeros(tensor.shape);
    const value = recorder.input(weight, what);
    return { value, sum: tensor.dtype === "float32" ? [tf.sum(tf.mul(tensor, weight))] : [] };
  };
  const weighted = () => {
    const result = cell(input, state);
    step = resolveStep(recorder, result);
    forwardNodes = new Set(recorder.graph.nodes);
    const states = result.state.map((tensor, i) => weigh(tensor, `the gradient of state ${i}`));
    const last = result.output && weigh(result.output, "the gradient of the output");
    newState = states.map(({ value }) => value);
    output = last?.value;
    const sums = [...states.flatMap(({ sum }) => sum), ...(last?.sum ?? [])];
    return sums.length > 0 ? tf.addN(sums) : tf.scalar(0);
  };
  const sources = [...[...state, input].filter((tensor) => tensor.dtype === "float32"), ...leaves];
  const grads = isolated(() => {
    if (sources.length > 0) return tf.engine().gradients(weighted, sources, undefined, true).grads;
    weighted();
    return [];
  });
  const gradientOf = (tensor: Tensor): Value | undefined => {
    const gradient = grads[sources.indexOf(tensor)];
    return gradient && recorder.resolve(gradient, "a gradient");
  };
  const gradient: StepGradient = {
    forwardNodes,
    newState,
    output,
    state: state.map(gradientOf),
    input: gradientOf(input),
    leaves,
    leafGradients: leaves.map(gradientOf),
  };
  return { ...step!, gradient };
}

/** A first run, recorded for nothing, tells to which float tensors from outside a gradient may flow. */
function findLeaves(parent: Recorder, cell: Cell, input: Tensor, state: Tensor[]): Tensor[] {
  const trial = new Recorder(new Graph(), parent.mode, parent);
  const leaves = trial.during(() =>
    isolated(() => {
      portsOf(trial, input, state);
      // tensors are numbered as they are made: what the cell makes itself is no leaf
      const mark = tf.scalar(0);
      // only they record without saying with respect to what
      const engine = tf.engine() as unknown as { startTape(): void; endTape(): void };
      engine.startTape();
      tf.tidy(() => void cell(input, state));
      const tape = tf.engine().state.activeTape;
      engine.endTape();
      for (const { saved } of tape) tf.dispose(saved ?? []);
      const used = new Set(tape.flatMap((node) => Object.values(node.inputs)));
      return [...used].filter(({ id, dtype }) => id < mark.id && dtype === "float32");
    }),
  );
  parent.leaveBehind(trial);
  return leaves.filter((tensor) => tensor !== input && !state.includes(tensor));
}

function resolveStep(recorder: Recorder, result: { state: Tensor[]; output?: Tensor | undefined }) {
  return {
    newState: result.state.map((tensor) => recorder.resolve(tensor, "the cell's state")),
    output: result.output ? recorder.resolve(result.output, "the cell's output") : undefined,
  };
}

import type { Tensor } from "@tensorflow/tfjs-node";
import { Graph, type Node, type Value } from "../graph.js";
import { Recorder } from "../recorder.js";
import { tf } from "../tensorflow.js";
import { engine, isolated, leavesOf } from "./isolate.js";

/** One step of a loop: (input, state) -> new state and, perhaps, an output. */
export type Cell = (input: Tensor, state: Tensor[]) => { state: Tensor[]; output?: Tensor };

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
    const inputValue = recorder.input(input, "the loop's input");
    const stateValues = state.map((tensor, i) => recorder.input(tensor, `the loop's state ${i}`));
    const ports = { graph: recorder.graph, input: inputValue, state: stateValues, captured: recorder.captured };
    if (!differentiate) {
      const result = isolated(() => cell(input, state));
      return { ...ports, ...resolveStep(recorder, result), gradient: undefined };
    }
    let forward: ReturnType<typeof resolveStep> | undefined;
    let forwardNodes = new Set<Node>();
    const incoming: { newState: Value[]; output: Value | undefined } = { newState: [], output: undefined };
    const sources = [...[...state, input].filter((tensor) => tensor.dtype === "float32"), ...leaves];
    const grads = isolated(() =>
      engine().gradients(
        () => {
          const result = cell(input, state);
          forward = resolveStep(recorder, result);
          forwardNodes = new Set(recorder.graph.nodes);
          // sum of result * gradient: its gradient is the step's, weighted with the gradients that come in
          const weigh = (tensor: Tensor, what: string) => {
            const weight = tf.zeros(tensor.shape);
            const value = recorder.input(weight, what);
            return { value, sum: tensor.dtype === "float32" ? [tf.sum(tf.mul(tensor, weight))] : [] };
          };
          const states = result.state.map((tensor, i) => weigh(tensor, `the gradient of state ${i}`));
          const output = result.output ? weigh(result.output, "the gradient of the output") : undefined;
          incoming.newState = states.map(({ value }) => value);
          incoming.output = output?.value;
          return tf.addN([...states.flatMap(({ sum }) => sum), ...(output?.sum ?? [])]);
        },
        sources,
        null,
        true,
      ),
    ).grads;
    const gradientOf = (tensor: Tensor): Value | undefined => {
      const gradient = grads[sources.indexOf(tensor)];
      return gradient ? recorder.resolve(gradient, "a gradient") : undefined;
    };
    const gradient: StepGradient = {
      forwardNodes,
      ...incoming,
      state: state.map(gradientOf),
      input: gradientOf(input),
      leaves,
      leafGradients: leaves.map(gradientOf),
    };
    return { ...ports, ...forward!, gradient };
  });
  parent.leaveBehind(recorder);
  return step;
}

/** A first run, recorded for nothing, tells which tensors from outside a gradient may flow to. */
function findLeaves(parent: Recorder, cell: Cell, input: Tensor, state: Tensor[]): Tensor[] {
  const trial = new Recorder(new Graph(), parent.mode, parent);
  const found = trial.during(() => {
    trial.input(input, "the loop's input");
    state.forEach((tensor, i) => void trial.input(tensor, `the loop's state ${i}`));
    // tensors are numbered as they are made: what the cell makes itself is no leaf
    const mark = tf.scalar(0);
    const leaves = leavesOf(() => void tf.tidy(() => void cell(input, state)), [input, ...state]);
    return leaves.filter((tensor) => tensor.id < mark.id);
  });
  parent.leaveBehind(trial);
  return found;
}

function resolveStep(recorder: Recorder, result: { state: Tensor[]; output?: Tensor }) {
  return {
    newState: result.state.map((tensor) => recorder.resolve(tensor, "the cell's state")),
    output: result.output ? recorder.resolve(result.output, "the cell's output") : undefined,
  };
}

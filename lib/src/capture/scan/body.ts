import type { Tensor } from "@tensorflow/tfjs-node";
import { tf } from "../../tensorflow/tf.js";
import { CaptureError } from "../error.js";
import { Graph, type Node, type Value } from "../graph.js";
import { Recorder } from "../recorder.js";
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
 * Records a cell once, on tensors of zeros, inside the recording that is under way; and, if `differentiate`, its gradient by tfjs's own
 * gradient functions.
 *
 * @param input zeros of one step's input
 * @param state zeros of the state
 * @throws CaptureError when the cell changes the state's shapes or types
 */
export function recordStep(parent: Recorder, cell: Cell, input: Tensor, state: Tensor[], differentiate: boolean): StepGraph {
  const leaves = differentiate ? findLeaves(parent, cell, input, state) : [];
  const recorder = new Recorder(new Graph(parent.graph), parent.mode, parent);
  return recorder.during(() => {
    const inputValue = recorder.input(input, "the loop's input");
    const stateValues = state.map((tensor, i) => recorder.input(tensor, `the loop's state ${i}`));
    const step = { graph: recorder.graph, input: inputValue, state: stateValues, captured: recorder.captured };
    if (!differentiate) {
      const result = isolated(() => runCell(cell, input, state));
      return { ...step, ...resolveStep(recorder, result), gradient: undefined };
    }
    let forward: ReturnType<typeof resolveStep> | undefined;
    let forwardNodes = new Set<Node>();
    const incoming: { newState: Value[]; output: Value | undefined } = { newState: [], output: undefined };
    const sources = [...[...state, input].filter((tensor) => tensor.dtype === "float32"), ...leaves];
    const grads = isolated(() =>
      engine().gradients(
        () => {
          const result = runCell(cell, input, state);
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
    return { ...step, ...forward!, gradient };
  });
}

/** A first run, recorded for nothing, tells which tensors from outside a gradient may flow to. */
function findLeaves(parent: Recorder, cell: Cell, input: Tensor, state: Tensor[]): Tensor[] {
  const trial = new Recorder(new Graph(), parent.mode, parent);
  return trial.during(() => {
    trial.input(input, "the loop's input");
    state.forEach((tensor, i) => void trial.input(tensor, `the loop's state ${i}`));
    // tensors are numbered as they are made: what the cell makes itself is no leaf
    const mark = tf.scalar(0);
    const leaves = leavesOf(() => void tf.tidy(() => void runCell(cell, input, state)), [input, ...state]);
    return leaves.filter((tensor) => tensor.id < mark.id);
  });
}

function runCell(cell: Cell, input: Tensor, state: Tensor[]): { state: Tensor[]; output?: Tensor } {
  const result = cell(input, state);
  result.state.forEach((tensor, i) => {
    const before = state[i]!;
    if (tensor.dtype !== before.dtype || tensor.shape.join() !== before.shape.join()) {
      throw new CaptureError(
        `scan: the cell turns state ${i} from ${before.dtype} [${before.shape}] into ${tensor.dtype} [${tensor.shape}]: a loop's state keeps its shape and type`,
      );
    }
  });
  return result;
}

function resolveStep(recorder: Recorder, result: { state: Tensor[]; output?: Tensor }) {
  return {
    newState: result.state.map((tensor) => recorder.resolve(tensor, "the cell's state")),
    output: result.output ? recorder.resolve(result.output, "the cell's output") : undefined,
  };
}

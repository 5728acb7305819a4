import { batchFirst, batchLast, transpose } from "../build.js";
import type { Graph, Value } from "../graph.js";
import { BatchMinor } from "../layout/batch-minor.js";
import type { StepGraph } from "./body.js";

/**
 * The same step with the batch on the last axis of its input, state and gradients; weights and their gradients keep
 * their layout.
 *
 * @returns undefined when some of the state has no batch axis
 */
export function toBatchMinor(parent: Graph, step: StepGraph): StepGraph | undefined {
  const batch = step.input.shape[0]!;
  const { gradient } = step;
  const ports = [step.input, ...step.state, ...(step.output ? [step.output] : [])];
  if (ports.some((value) => value.shape.length < 2 || value.shape[0] !== batch)) return undefined;
  const layout = new BatchMinor(parent, batch);
  const input = layout.input(step.input, true);
  const state = step.state.map((value) => layout.input(value, true));
  const captured = step.captured.map(({ outer, inner }) => ({ outer, inner: layout.input(inner, false) }));

  const minor = (value: Value) => layout.minor(value);
  const maybeMinor = (value: Value | undefined) => value && layout.minor(value);
  const live = liveNodes(step);
  for (const node of live) if (!gradient || gradient.forwardNodes.has(node)) layout.convert(node);
  const newState = step.newState.map(minor);
  const output = maybeMinor(step.output);
  const base = { graph: layout.graph, input, state, newState, output, captured };
  if (!gradient) return { ...base, gradient: undefined };

  const incoming = gradient.newState.map((value) => layout.input(value, true));
  const incomingOutput = gradient.output && layout.input(gradient.output, true);
  const forwardNodes = new Set(layout.graph.nodes);
  for (const node of live) layout.convert(node);
  return {
    ...base,
    gradient: {
      forwardNodes,
      newState: incoming,
      output: incomingOutput,
      state: gradient.state.map(maybeMinor),
      input: maybeMinor(gradient.input),
      leaves: gradient.leaves,
      leafGradients: gradient.leafGradients.map((value) => value && layout.plain(value)),
    },
  };
}

/** The step's nodes that matter, in order. */
function liveNodes({ graph, newState, output, gradient }: StepGraph) {
  const results = [
    ...newState,
    output,
    ...(gradient ? [...gradient.state, gradient.input, ...gradient.leafGradients] : []),
  ];
  graph.outputs.length = 0;
  graph.outputs.push(...results.filter((value) => value !== undefined));
  return graph.live();
}

/** How tensors go in and out of a loop: the batch first outside; inside last (`minor`), or first as well. */
export function arrangements(graph: Graph, minor: boolean) {
  const by = (order: (axes: number[]) => number[]) => (value: Value) =>
    transpose(graph, value, order(value.shape.map((_, axis) => axis)));
  const swapped = by(([batch, steps, ...rest]) => [steps!, batch!, ...rest]);
  const same = (value: Value) => value;
  const exit = (value: Value) => batchFirst(graph, value);
  return {
    /** [batch, ...] to the loop's layout, and back */
    enter: minor ? (value: Value) => batchLast(graph, value) : same,
    exit: minor ? exit : same,
    /** [batch, steps, ...] to [steps, ...] of the loop's layout, and back */
    byStep: minor ? by(([batch, steps, ...rest]) => [steps!, ...rest, batch!]) : swapped,
    stacked: minor ? exit : swapped,
  };
}

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

  const maybe = (value: Value | undefined, convert: (value: Value) => Value) => value && convert(value);
  const minor = (value: Value) => layout.minor(value);
  const live = new Set(liveNodes(step));
  const forward = [...live].filter((node) => !gradient || gradient.forwardNodes.has(node));
  for (const node of forward) layout.convert(node);
  const newState = step.newState.map(minor);
  const output = maybe(step.output, minor);
  const base = { graph: layout.graph, input, state, newState, output, captured };
  if (!gradient) return { ...base, gradient: undefined };

  const incoming = gradient.newState.map((value) => layout.input(value, true));
  const incomingOutput = maybe(gradient.output, (value) => layout.input(value, true));
  const forwardNodes = new Set(layout.graph.nodes);
  for (const node of live) layout.convert(node);
  return {
    ...base,
    gradient: {
      forwardNodes,
      newState: incoming,
      output: incomingOutput,
      state: gradient.state.map((value) => maybe(value, minor)),
      input: maybe(gradient.input, minor),
      leaves: gradient.leaves,
      leafGradients: gradient.leafGradients.map((value) => maybe(value, (plain) => layout.plain(plain))),
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

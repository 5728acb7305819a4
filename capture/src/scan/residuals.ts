import { INPUT, type Node, type Value, varyingNodes } from "../graph.js";
import { VIEWS } from "../ops.js";
import type { StepGraph } from "./body.js";

/**
 * The values of the step that its gradient uses: what the forward loop saves for the backward loop, so that nothing is
 * computed twice. Views of a saved value, which cost nothing, constants, the step's input and values from outside the
 * loop aren't saved.
 */
export function residualsOf(step: StepGraph): Value[] {
  const { gradient, captured } = step;
  if (!gradient) return [];
  const free = new Set<Value>([
    step.input,
    ...captured.map(({ inner }) => inner),
    ...gradient.newState,
    ...(gradient.output ? [gradient.output] : []),
  ]);
  const saved = new Set<Value>();
  const seen = new Set<Node>();
  const varying = varyingNodes(step.graph);
  const results = [...gradient.state, gradient.input, ...gradient.leafGradients];
  // a list and no calls: a long cell would need too deep ones
  const waiting = results.filter((value) => value !== undefined).reverse();
  for (let value = waiting.pop(); value; value = waiting.pop()) {
    if (free.has(value) || saved.has(value)) continue;
    const { node } = value;
    const forward = node.op === INPUT || gradient.forwardNodes.has(node);
    if (forward && !VIEWS.has(node.op)) {
      if (varying.has(node)) saved.add(value);
      continue;
    }
    if (seen.has(node)) continue;
    seen.add(node);
    waiting.push(...[...node.inputs].reverse());
  }
  recomputeCheap(saved, (value) => free.has(value) || !varying.has(value.node));
  return [...saved];
}

/** Ops that cost about as much as writing their result down and reading it again. */
const CHEAP = new Set(["Add", "AddV2", "Sub", "Mul", "Neg", "Square", "Maximum", "Minimum", "SplitV", "Slice"]);

/** Takes values out that follow by cheap ops from others that are saved, or from ones that together are smaller. */
function recomputeCheap(saved: Set<Value>, free: (value: Value) => boolean): void {
  const size = ({ shape }: Value) => shape.reduce((a, b) => a * b, 1);
  /** what must be saved in addition if `value` isn't */
  const needs = (value: Value, found = new Set<Value>(), seen = new Set<Value>()): Set<Value> => {
    for (const input of value.node.inputs) {
      if (free(input) || saved.has(input) || seen.has(input)) continue;
      seen.add(input); // else a chain whose links use the one before twice takes 2^n calls
      if (CHEAP.has(input.node.op) || VIEWS.has(input.node.op)) needs(input, found, seen);
      else found.add(input);
    }
    return found;
  };
  for (const value of [...saved].reverse()) {
    if (!CHEAP.has(value.node.op)) continue;
    const instead = needs(value);
    if ([...instead].reduce((sum, input) => sum + size(input), 0) >= size(value)) continue;
    saved.delete(value);
    for (const input of instead) saved.add(input);
  }
}

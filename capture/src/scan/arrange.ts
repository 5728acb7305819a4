import type { Graph, Value } from "../graph.js";
import { transpose } from "../layout/build.js";

/** How tensors go in and out of a loop: the batch first outside; inside last, or first as well. */
export function arrangements(graph: Graph, minor: boolean) {
  const rest = (value: Value, from: number) => value.shape.slice(from).map((_, i) => i + from);
  const last = (value: Value) => value.shape.length - 1;
  const by = (order: (value: Value) => number[]) => (value: Value) => transpose(graph, value, order(value));
  return {
    /** [batch, ...] to the loop's layout, and back */
    enter: minor ? by((value) => [...rest(value, 1), 0]) : (value: Value) => value,
    exit: minor ? by((value) => [last(value), ...rest(value, 0).slice(0, -1)]) : (value: Value) => value,
    /** [batch, steps, ...] to [steps, ...] of the loop's layout, and back */
    byStep: by((value) => (minor ? [1, ...rest(value, 2), 0] : [1, 0, ...rest(value, 2)])),
    stacked: by((value) => (minor ? [last(value), ...rest(value, 0).slice(0, -1)] : [1, 0, ...rest(value, 2)])),
  };
}

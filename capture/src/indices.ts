import { compare, select } from "./build.js";
import { type Graph, intsOf, type Value } from "./graph.js";
import { attr } from "./proto.js";

/** A bound on the values of an output. */
export interface Check {
  /** what of is checked, e.g. "GatherV2" */
  op: string;
  /** the values are in [0, size) */
  size: number;
}

/**
 * XLA takes the nearest item for an index out of range and says nothing, where TensorFlow's own op fails. So a gather
 * by computed indices is checked: outside of loops by an output of its own, the indices; inside a cell, where there is
 * none, it gives NaN for a wrong one.
 *
 * @returns how many items there are; undefined for other ops, and constant indices, which tfjs has looked at
 */
export function itemsGathered(op: string, [items, indices, axis]: readonly Value[]): number | undefined {
  if (op !== "GatherV2" || indices!.dtype !== "int32" || indices!.node.op === "Const") return undefined;
  const [at] = intsOf(axis) ?? [];
  return at === undefined ? undefined : items!.shape[at];
}

/** What was gathered, or NaN if an index isn't in [0, size); whole numbers have no NaN and stay. */
export function nanOutOfRange(graph: Graph, indices: Value, size: number, gathered: Value): Value {
  if (gathered.dtype !== "float32") return gathered;
  const low = compare(graph, "GreaterEqual", indices, graph.ints(0));
  const high = compare(graph, "Less", indices, graph.ints(size));
  const both = graph.one("LogicalAnd", [low, high], {}, indices.shape, "bool");
  const axes = graph.ints(indices.shape.map((_, d) => d));
  const fine = graph.one("All", [both, axes], { keep_dims: attr.bool(false), Tidx: attr.type("int32") }, [], "bool");
  return select(graph, fine, gathered, graph.float(Number.NaN));
}

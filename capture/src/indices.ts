import { compare, reshape, select } from "./build.js";
import { type Graph, intsOf, type Value } from "./graph.js";
import { VIEWS } from "./ops.js";
import { attr } from "./proto.js";

/** A bound on the values of an output. */
export interface Check {
  /** what of is checked, e.g. "GatherV2" */
  op: string;
  /** the values are in [0, size), of several sizes in turn: an index of so many axes */
  sizes: readonly number[];
  /** whether negative ones are dropped, as segments' are, and not wrong */
  dropsNegative: boolean;
}

/**
 * XLA takes the nearest item for an index out of range, or leaves it out, and says nothing, where TensorFlow's own op
 * fails. So computed indices are checked: outside of loops by an output of its own, the indices; inside a cell, where
 * there is none, the result is NaN for a wrong one.
 *
 * @param made shape of the op's result
 * @returns undefined for other ops, and constant indices, which the recorded run has looked at
 */
export function boundOf(
  op: string,
  inputs: readonly Value[],
  made: readonly number[],
): (Check & { indices: Value }) | undefined {
  const [first, second, third] = inputs;
  const bound = (given: Value | undefined, sizes: readonly (number | undefined)[]) => {
    const indices = given && unviewed(given);
    if (indices?.dtype !== "int32" || indices.node.op === "Const" || sizes.includes(undefined)) return undefined;
    return { op, sizes: sizes as number[], dropsNegative: op === "UnsortedSegmentSum", indices };
  };
  // indices [..., axes] into a shape; without that axis, into its first
  const into = (shape: readonly number[], given: Value) => bound(given, shape.slice(0, given.shape.at(-1)));
  if (op === "GatherV2") return bound(second, [first!.shape[intsOf(third)?.[0] ?? -1]]);
  if (op === "UnsortedSegmentSum") return bound(second, [made[0]]);
  if (op === "GatherNd") return into(first!.shape, second!);
  if (op === "TensorScatterUpdate") return into(made, second!);
  if (op === "ScatterNd") return into(made, first!);
  if (op === "SparseToDense") return first!.shape.length === 2 ? into(made, first!) : bound(first, [made[0]]);
  return undefined;
}

/** The same values in the same order, before they were looked at another way. */
function unviewed(value: Value): Value {
  return VIEWS.has(value.node.op) ? unviewed(value.node.inputs[0]!) : value;
}

/** What was made, or NaN if an index is out of bounds; whole numbers have no NaN and stay. */
export function nanOutOfRange(
  graph: Graph,
  { indices, sizes, dropsNegative }: Check & { indices: Value },
  made: Value,
): Value {
  if (made.dtype !== "float32") return made;
  const rows = sizes.length > 1 ? [indices.shape.reduce((a, b) => a * b, 1) / sizes.length, sizes.length] : undefined;
  const compared = rows ? reshape(graph, indices, rows) : indices;
  const high = compare(graph, "Less", compared, graph.ints(rows ? sizes : sizes[0]!));
  const low = dropsNegative ? undefined : compare(graph, "GreaterEqual", compared, graph.ints(0));
  const each = low ? graph.one("LogicalAnd", [low, high], {}, compared.shape, "bool") : high;
  const axes = graph.ints(compared.shape.map((_, d) => d));
  const fine = graph.one("All", [each, axes], { keep_dims: attr.bool(false), Tidx: attr.type("int32") }, [], "bool");
  return select(graph, fine, made, graph.float(Number.NaN));
}

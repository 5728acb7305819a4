import { compare, reshape, select } from "./build.js";
import { type Graph, intsOf, type Value } from "./graph.js";
import { VIEWS } from "./ops.js";
import { attr } from "./proto.js";
import { CaptureError, UserError } from "./support/user-error.js";

/** A bound on the values of an output. */
export interface Check {
  /** what of is checked, e.g. "GatherV2" */
  op: string;
  /** the values are in [0, size), of several sizes in turn: an index of so many axes; none: there is no upper bound */
  sizes: readonly number[];
  /** whether negative ones are dropped, as segments' are, and not wrong */
  dropsNegative: boolean;
  /** of values that aren't indices: what they are; those of a divisor may be anything but 0 */
  role?: "divisor" | "exponent" | "number to count" | "number of steps" | "label";
  /** whether each index has to come after the one before, as those of sparse tensors */
  ascending?: boolean;
}

/** Ops of integers that fail for some values of the second one. */
const OF_INTEGERS: Record<string, Pick<Check, "role" | "dropsNegative">> = Object.fromEntries(
  ["Div", "RealDiv", "FloorDiv", "FloorMod", "Mod"].map((op) => [op, { role: "divisor", dropsNegative: true }]),
);
/** Whether an op divides. */
export function isDivision(op: string): boolean {
  return OF_INTEGERS[op]?.role === "divisor";
}

OF_INTEGERS.Pow = { role: "exponent", dropsNegative: false };

/**
 * XLA takes the nearest item for an index out of range, or leaves it out, and gives some number for a division of
 * integers by 0, and says nothing, where TensorFlow's own op fails. So such computed values are checked: outside of
 * loops by an output of its own, the values; inside a cell, where there is none, the result is NaN for a wrong one.
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
  const ofInteger = OF_INTEGERS[op];
  if (ofInteger) {
    const found = bound(second, []);
    return found && { ...found, ...ofInteger };
  }
  if (op === "Bincount") {
    const found = bound(first, []);
    return found && { ...found, role: "number to count" };
  }
  // indices [..., axes] into a shape; without that axis, into its first
  const into = (shape: readonly number[], given: Value) => bound(given, shape.slice(0, given.shape.at(-1)));
  if (op === "GatherV2") return bound(second, [first!.shape[intsOf(third)?.[0] ?? -1]]);
  if (op === "UnsortedSegmentSum") return bound(second, [made[0]]);
  if (op === "GatherNd") return into(first!.shape, second!);
  if (op === "TensorScatterUpdate") return into(made, second!);
  if (op === "ScatterNd") return into(made, first!);
  if (op === "SparseToDense") {
    const found = first!.shape.length === 2 ? into(made, first!) : bound(first, [made[0]]);
    return found && { ...found, ascending: true };
  }
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
  if (sizes.length === 0) return where(graph, compare(graph, "GreaterEqual", indices, graph.ints(0)), made);
  const rows = sizes.length > 1 ? [indices.shape.reduce((a, b) => a * b, 1) / sizes.length, sizes.length] : undefined;
  const compared = rows ? reshape(graph, indices, rows) : indices;
  const high = compare(graph, "Less", compared, graph.ints(rows ? sizes : sizes[0]!));
  const low = dropsNegative ? undefined : compare(graph, "GreaterEqual", compared, graph.ints(0));
  const each = low ? graph.one("LogicalAnd", [low, high], {}, compared.shape, "bool") : high;
  return where(graph, each, made);
}

/** What was made, or NaN unless each of `fine` is true. */
function where(graph: Graph, fine: Value, made: Value): Value {
  const axes = graph.ints(fine.shape.map((_, d) => d));
  const all = graph.one("All", [fine, axes], { keep_dims: attr.bool(false), Tidx: attr.type("int32") }, [], "bool");
  return select(graph, all, made, graph.float(Number.NaN));
}

/** @throws CaptureError when values aren't what a check asks for */
export function checkValues({ op, sizes, dropsNegative, role, ascending }: Check, values: Int32Array): void {
  const fail = (what: string): never => {
    throw new CaptureError(`captured function: ${op} ${what}`);
  };
  if (role === "number of steps") {
    checkSteps(values[0]!);
    return;
  }
  if (role === "label") {
    checkLabels(values, sizes[0]);
    return;
  }
  if (role !== undefined) {
    const wrong = values.find((value) => (role === "divisor" ? value === 0 : value < 0));
    if (wrong !== undefined)
      fail(
        `of integers is given the ${role} ${wrong}, expected ${role === "divisor" ? "another than 0" : "at least 0"}`,
      );
    return;
  }
  const sizeAt = (i: number) => sizes[i % sizes.length]!;
  const at = values.findIndex((index, i) => (index < 0 && !dropsNegative) || index >= sizeAt(i));
  if (at >= 0) fail(`is asked for item ${values[at]} of ${sizeAt(at)}: indices go from 0 to ${sizeAt(at) - 1}`);
  if (!ascending) return;
  const axes = sizes.length;
  const item = (i: number) => Array.from(values.subarray(i * axes, (i + 1) * axes));
  for (let i = 1; i < values.length / axes; i++) {
    const [before, now] = [item(i - 1), item(i)];
    const axis = now.findIndex((index, d) => index !== before[d]);
    if (axis < 0 || now[axis]! < before[axis]!)
      fail(`is given the place [${now}] after [${before}], expected them in ascending order, each once`);
  }
}

/** @throws CaptureError when a loop is to run no step */
export function checkSteps(steps: number): void {
  if (steps >= 1) return;
  throw new CaptureError(`scan: steps is ${steps}, expected at least 1: a loop runs one step or more`);
}

/**
 * @param classes undefined where their number isn't known
 * @throws UserError when a label is none of the classes
 */
export function checkLabels(labels: Int32Array, classes: number | undefined): void {
  const wrong = labels.find((label) => label < 0 || (classes !== undefined && label >= classes));
  if (wrong === undefined) return;
  throw new UserError(
    classes === undefined
      ? `label ${wrong} is no class: labels go from 0`
      : `label ${wrong} is none of the ${classes} classes that the model gives: labels go from 0 to ${classes - 1}`,
  );
}

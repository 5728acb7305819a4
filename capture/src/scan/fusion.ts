import type { Graph, Node, Value } from "../graph.js";
import { binary } from "../layout/build.js";
import { attr, DataType } from "../proto.js";
import { nodesBehind, type Substitute } from "./copy.js";

/**
 * XLA's CPU compiler does less than its best in three ways, seen in its dumps of an NTM's gradient:
 *
 * - It computes a value again for each of its users when it thinks it cheap, and the chains behind it are long here. It
 *   never repeats a division. So a value with several users is divided by a 1 that XLA can't know (a hidden input of
 *   the program), which changes no bit.
 * - It copies what is only stored element by element; see `timesOne`.
 * - It fuses whatever feeds a concatenation into one loop that branches for each element and isn't vectorised. So the
 *   parts are written into a buffer instead, which the loop carries because XLA would turn one of constants into
 *   paddings.
 */
export interface FusionGuard {
  /** shapes of the buffers that the loop has to carry, one for each concatenation */
  readonly buffers: Value[];
  /** @param one the unknowable 1 inside the loop @param buffers the carried ones */
  substitute(one: Value, buffers: Value[]): Substitute;
  /** the buffers' values at the end of the body */
  filled(): Value[];
}

/** Ops that XLA computes again rather than keep. */
const CHEAP = new Set([
  "Add",
  "AddV2",
  "Sub",
  "Mul",
  "Neg",
  "Square",
  "AddN",
  "Maximum",
  "Minimum",
  "Select",
  "SelectV2",
  "SquaredDifference",
]);
const VIEWS = new Set(["Reshape", "ExpandDims", "Squeeze", "Identity"]);

/**
 * @param results the values that a loop's body computes
 * @param known where it starts from
 * @param kept those that are stored away as well, which counts as a use
 */
export function guardFusion(results: readonly Value[], known: ReadonlySet<Value>, kept: readonly Value[]): FusionGuard {
  const nodes = nodesBehind(results, (value) => known.has(value));
  const concatenations = nodes.filter((node) => node.op === "ConcatV2" && node.outputs[0]!.dtype === "float32");
  const uses = countUses(nodes, results, kept);
  let filled: Value[] = [];
  return {
    buffers: concatenations.map((node) => node.outputs[0]!),
    substitute(one, buffers) {
      filled = [...buffers];
      return (target, node, inputs) => {
        const at = concatenations.indexOf(node);
        if (at >= 0) {
          filled[at] = concatenate(target, buffers[at]!, inputs, one);
          return [filled[at]!];
        }
        const output = node.outputs[0]!;
        if (!CHEAP.has(node.op) || output.dtype !== "float32" || (uses.get(node) ?? 0) < 2) return undefined;
        const [value] = target.add(node.op, inputs, node.attributes, node.outputs, node.data);
        return [target.one("RealDiv", [value!, one], { T: attr.type(DataType.float32) }, output.shape)];
      };
    },
    filled: () => filled,
  };
}

/** How often each node's result is used, views of it included. */
function countUses(nodes: readonly Node[], results: readonly Value[], kept: readonly Value[]): Map<Node, number> {
  const uses = new Map<Node, number>();
  const use = (value: Value) => uses.set(value.node, (uses.get(value.node) ?? 0) + 1);
  for (const node of nodes) for (const input of new Set(node.inputs)) use(input);
  for (const value of [...results, ...kept]) use(value);
  // backwards, so that a view has all its own uses when they are handed on
  for (const node of [...nodes].reverse()) {
    if (!VIEWS.has(node.op)) continue;
    const source = node.inputs[0]!.node;
    uses.set(source, (uses.get(source) ?? 0) - 1 + (uses.get(node) ?? 0));
  }
  return uses;
}

function concatenate(target: Graph, buffer: Value, inputs: Value[], one: Value): Value {
  const parts = inputs.slice(0, -1);
  const axisData = inputs.at(-1)!.node.data!;
  const axis =
    (new Int32Array(axisData.buffer, axisData.byteOffset, 1)[0]! + buffer.shape.length) % buffer.shape.length;
  let at = 0;
  return parts.reduce((whole, part) => {
    const start = target.ints(buffer.shape.map((_, i) => (i === axis ? at : 0)));
    at += part.shape[axis]!;
    const attributes = { T: attr.type(DataType.float32), Tindices: attr.type(DataType.int32) };
    return target.one("XlaDynamicUpdateSlice", [whole, timesOne(target, part, one), start], attributes, buffer.shape);
  }, buffer);
}

/**
 * XLA copies element by element where a value is only stored, but vectorises the same loop as soon as it computes
 * something.
 */
export function timesOne(graph: Graph, value: Value, one: Value): Value {
  return value.dtype === "float32" ? binary(graph, "Mul", value, one) : value;
}

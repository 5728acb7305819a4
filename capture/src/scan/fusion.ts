import { timesOne } from "../build.js";
import { type Graph, intsOf, type Node, nodesBehind, type Substitute, type Value } from "../graph.js";
import { VIEWS } from "../ops.js";
import { attr } from "../proto.js";

/** Ops that XLA computes again rather than keep. */
const CHEAP = new Set("Add AddV2 Sub Mul Neg Square AddN Maximum Minimum Select SelectV2 SquaredDifference".split(" "));

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
export class FusionGuard {
  private readonly concatenations: Node[];
  private readonly uses: Map<Node, number>;
  /** the buffers' values at the end of the body */
  private filled: Value[] = [];

  /**
   * @param results the values that a loop's body computes
   * @param known where it starts from
   * @param kept those that are stored away as well, which counts as a use
   */
  constructor(results: readonly Value[], known: ReadonlySet<Value>, kept: readonly Value[]) {
    const nodes = nodesBehind(results, (value) => known.has(value));
    this.concatenations = nodes.filter((node) => node.op === "ConcatV2" && node.outputs[0]!.dtype === "float32");
    this.uses = countUses(nodes, results, kept);
  }

  /** What the loop carries for it at first: the unknowable 1, and a buffer for each concatenation. */
  initial(graph: Graph): Value[] {
    return [graph.unknownOne(), ...this.concatenations.map((node) => graph.zeros(node.outputs[0]!.shape))];
  }

  /** How the body's nodes are copied. @param carried inside the loop */
  substitute([one, ...buffers]: readonly Value[]): Substitute {
    this.filled = [...buffers];
    return (target, node, inputs) => {
      const at = this.concatenations.indexOf(node);
      if (at >= 0) {
        this.filled[at] = concatenate(target, buffers[at]!, inputs, one!);
        return [this.filled[at]];
      }
      const output = node.outputs[0]!;
      if (!CHEAP.has(node.op) || output.dtype !== "float32" || (this.uses.get(node) ?? 0) < 2) return undefined;
      const [value] = target.copy(node, inputs);
      return [target.one("RealDiv", [value!, one!], { T: attr.type("float32") }, output.shape)];
    };
  }

  /** What it carries on, when the body is copied. */
  next([one]: readonly Value[]): Value[] {
    return [one!, ...this.filled];
  }
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

function concatenate(target: Graph, buffer: Value, inputs: readonly Value[], one: Value): Value {
  const rank = buffer.shape.length;
  const axis = (intsOf(inputs.at(-1))![0]! + rank) % rank;
  let at = 0;
  return inputs.slice(0, -1).reduce((whole, part) => {
    const start = target.ints(buffer.shape.map((_, i) => (i === axis ? at : 0)));
    at += part.shape[axis]!;
    const attributes = { T: attr.type("float32"), Tindices: attr.type("int32") };
    return target.one("XlaDynamicUpdateSlice", [whole, timesOne(target, part, one), start], attributes, buffer.shape);
  }, buffer);
}

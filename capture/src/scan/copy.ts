import type { Graph, Node, Value } from "../graph.js";
import { INPUT } from "../graph.js";

/** Adds a node to a graph in its own way. @returns its outputs, or undefined to have it copied as it is */
export type Substitute = (target: Graph, node: Node, inputs: Value[]) => Value[] | undefined;

/** Copies values of one graph, with all that they are computed from, into another. */
export class Copier {
  private readonly copies = new Map<Node, readonly Value[]>();

  /**
   * @param known values that already have a counterpart in `target`
   * @param substitute replaces nodes on the way
   */
  constructor(
    private readonly target: Graph,
    private readonly known: ReadonlyMap<Value, Value>,
    private readonly substitute: Substitute = () => undefined,
  ) {}

  copy(value: Value): Value {
    const counterpart = this.known.get(value);
    if (counterpart) return counterpart;
    for (const node of nodesBehind([value], (input) => this.known.has(input) || this.copies.has(input.node))) {
      if (node.op === INPUT) throw new Error(`scan: an input of the step (${node.name}) has no counterpart`);
      const inputs = node.inputs.map((input) => this.known.get(input) ?? this.copies.get(input.node)![input.index]!);
      const copies =
        this.substitute(this.target, node, inputs) ??
        this.target.add(node.op, inputs, node.attributes, node.outputs, node.data);
      this.copies.set(node, copies);
    }
    return this.copies.get(value.node)![value.index]!;
  }
}

/** The nodes that values are computed from, in an order in which they may run, as far as `stop` lets through. */
export function nodesBehind(values: readonly Value[], stop: (value: Value) => boolean): Node[] {
  const order: Node[] = [];
  const done = new Set<Node>();
  // without recursion: graphs are deep
  const pending = values.filter((value) => !stop(value)).map((value) => value.node);
  while (pending.length > 0) {
    const node = pending.at(-1)!;
    const missing = done.has(node) ? [] : node.inputs.filter((input) => !stop(input) && !done.has(input.node));
    if (missing.length > 0) {
      for (const input of missing) pending.push(input.node);
      continue;
    }
    pending.pop();
    if (!done.has(node)) order.push(node);
    done.add(node);
  }
  return order;
}

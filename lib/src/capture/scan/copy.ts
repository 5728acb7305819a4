import type { Graph, Node, Value } from "../graph.js";
import { INPUT } from "../graph.js";

/** Copies values of one graph, with all that they are computed from, into another. */
export class Copier {
  private readonly copies = new Map<Node, Value[]>();

  /** @param known values that already have a counterpart in `target` */
  constructor(
    private readonly target: Graph,
    private readonly known: Map<Value, Value>,
  ) {}

  copy(value: Value): Value {
    const counterpart = this.known.get(value);
    if (counterpart) return counterpart;
    // without recursion: graphs are deep
    const pending = [value.node];
    while (pending.length > 0) {
      const node = pending.at(-1)!;
      if (this.copies.has(node)) {
        pending.pop();
        continue;
      }
      if (node.op === INPUT) throw new Error(`scan: an input of the step (${node.name}) has no counterpart`);
      const missing = node.inputs.filter((input) => !this.known.has(input) && !this.copies.has(input.node));
      if (missing.length > 0) {
        for (const input of missing) pending.push(input.node);
        continue;
      }
      const inputs = node.inputs.map((input) => this.known.get(input) ?? this.copies.get(input.node)![input.index]!);
      this.copies.set(node, this.target.add(node.op, inputs, node.attributes, node.outputs, node.data));
      pending.pop();
    }
    return this.copies.get(value.node)![value.index]!;
  }
}

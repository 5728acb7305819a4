import { batchFirst, batchLast, rotate } from "../build.js";
import { Graph, INPUT, type Node, type Value } from "../graph.js";
import { type Laid, type LayoutContext, RULES } from "./rules.js";

/** Moves the batch axis of a graph's values from the first place to the last, op by op. */
export class BatchMinor implements LayoutContext {
  readonly graph: Graph;
  private readonly laid = new Map<Value, Laid>();

  /** @param parent whose functions the graph may call */
  constructor(
    parent: Graph,
    readonly batch: number,
  ) {
    this.graph = new Graph(parent);
  }

  /** An input of the old graph becomes one of the new. @param batched whether its first axis is the batch */
  input(value: Value, batched: boolean): Value {
    const shape = batched ? rotate(value.shape) : value.shape;
    const input = this.graph.input({ shape, dtype: value.dtype });
    this.laid.set(value, { value: input, batched });
    return input;
  }

  /** The new value of an old one; call it in the nodes' old order. */
  convert(node: Node): void {
    if (node.op === INPUT || node.outputs.every((value) => this.laid.has(value))) return;
    const operands = node.inputs.map((value) => this.laid.get(value)!);
    const moved = operands.some(({ batched }) => batched) ? RULES[node.op]?.(this, node, operands) : undefined;
    const outputs = moved ?? this.asBefore(node);
    node.outputs.forEach((value, i) => this.laid.set(value, outputs[i]!));
  }

  /** With the batch last. */
  minor(value: Value): Value {
    const laid = this.laid.get(value)!;
    return laid.batched ? laid.value : batchLast(this.graph, laid.value);
  }

  /** In the old layout. */
  plain(value: Value): Value {
    const laid = this.laid.get(value)!;
    return laid.batched ? batchFirst(this.graph, laid.value) : laid.value;
  }

  private asBefore(node: Node): Laid[] {
    const inputs = node.inputs.map((value) => this.plain(value));
    return this.graph.copy(node, inputs).map((value) => ({ value, batched: false }));
  }
}

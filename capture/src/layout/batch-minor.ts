import { Graph, INPUT, type Node, type Value } from "../graph.js";
import { transpose } from "./build.js";
import { type Laid, type LayoutContext, rotate } from "./laid.js";
import { RULES } from "./rules.js";

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
    const operands = node.inputs.map((value) => this.of(value));
    const results = operands.some(({ batched }) => batched)
      ? (RULES[node.op]?.(this, node, operands) ?? this.asBefore(node, operands))
      : undefined;
    const outputs =
      results ??
      this.copy(
        node,
        operands.map(({ value }) => value),
      );
    node.outputs.forEach((value, i) => this.laid.set(value, outputs[i]!));
  }

  of(value: Value): Laid {
    const known = this.laid.get(value);
    if (!known) throw new Error(`layout: ${value.node.name} is used before it is made`);
    return known;
  }

  /** With the batch last. */
  minor(value: Value): Value {
    const laid = this.of(value);
    return laid.batched
      ? laid.value
      : transpose(this.graph, laid.value, rotate(laid.value.shape.map((_, axis) => axis)));
  }

  /** In the old layout. */
  plain(value: Value): Value {
    return toPlain(this.graph, this.of(value));
  }

  private asBefore(node: Node, operands: readonly Laid[]): Laid[] {
    return this.copy(
      node,
      operands.map((operand) => toPlain(this.graph, operand)),
    );
  }

  private copy(node: Node, inputs: Value[]): Laid[] {
    return this.graph
      .add(node.op, inputs, node.attributes, node.outputs, node.data)
      .map((value) => ({ value, batched: false }));
  }
}

function toPlain(graph: Graph, { value, batched }: Laid): Value {
  const last = value.shape.length - 1;
  return batched ? transpose(graph, value, [last, ...value.shape.slice(0, last).map((_, axis) => axis)]) : value;
}

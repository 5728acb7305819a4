import { Graph, INPUT, type Node, type Value } from "../graph.js";
import { reshape, transpose } from "./build.js";
import { RULES } from "./rules.js";

/**
 * A value of the new graph. In a batched one the batch is the last axis instead of the first: XLA's loops then run along the batch, over
 * contiguous memory, whatever the shapes of the features are.
 */
export interface Laid {
  readonly value: Value;
  readonly batched: boolean;
}

/** What a rule may use. */
export interface LayoutContext {
  readonly graph: Graph;
  readonly batch: number;
}

/**
 * Rewrites an op's node for operands of which some are batched. @returns its outputs, or undefined when this node doesn't fit the new layout;
 * it is then computed in the old one, between transposes
 */
export type Rule = (context: LayoutContext, node: Node, operands: readonly Laid[]) => Laid[] | undefined;

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
    return laid.batched ? laid.value : transpose(this.graph, laid.value, rotate(laid.value.shape.map((_, axis) => axis)));
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

/** First axis last. */
export function rotate<T>(axes: readonly T[]): T[] {
  return [...axes.slice(1), ...axes.slice(0, 1)];
}

function toPlain(graph: Graph, { value, batched }: Laid): Value {
  const last = value.shape.length - 1;
  return batched ? transpose(graph, value, [last, ...value.shape.slice(0, last).map((_, axis) => axis)]) : value;
}

/**
 * An operand of an elementwise op, laid out for a result of `rank` axes with the batch last; undefined when that can't be.
 * A plain operand is broadcast along the batch, so its missing or single first axis moves to the end.
 */
export function aligned({ graph, batch }: LayoutContext, { value, batched }: Laid, rank: number): Value | undefined {
  if (batched) return value.shape.length === rank ? value : undefined;
  const { shape } = value;
  if (shape.length === 0) return value;
  if (shape.length < rank) {
    return reshape(graph, value, [...new Array<number>(rank - 1 - shape.length).fill(1), ...shape, 1]);
  }
  if (shape[0] === 1) return reshape(graph, value, rotate(shape));
  return shape[0] === batch ? transpose(graph, value, rotate(shape.map((_, axis) => axis))) : undefined;
}

import type { Graph, Node, Value } from "../graph.js";
import { reshape, transpose } from "./build.js";

/**
 * A value of the new graph. In a batched one the batch is the last axis instead of the first: XLA's loops then run
 * along the batch, over contiguous memory, whatever the shapes of the features are.
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
 * Rewrites an op's node for operands of which some are batched. @returns its outputs, or undefined when this node
 * doesn't fit the new layout; it is then computed in the old one, between transposes
 */
export type Rule = (context: LayoutContext, node: Node, operands: readonly Laid[]) => Laid[] | undefined;

/** First axis last. */
export function rotate<T>(axes: readonly T[]): T[] {
  return [...axes.slice(1), ...axes.slice(0, 1)];
}

/**
 * An operand of an elementwise op, laid out for a result of `rank` axes with the batch last; undefined when that can't
 * be. A plain operand is broadcast along the batch, so its missing or single first axis moves to the end.
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

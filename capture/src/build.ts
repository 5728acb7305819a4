import type { Graph, Value } from "./graph.js";
import { attr, type DataTypeName } from "./proto.js";

/** Small makers of the ops that graphs get beside the recorded ones. */

const typed = ({ dtype }: Value) => ({ T: attr.type(dtype) });

export function reshape(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (value.shape.join() === shape.join()) return value;
  const attributes = { ...typed(value), Tshape: attr.type("int32") };
  return graph.one("Reshape", [value, graph.ints(shape)], attributes, shape, value.dtype);
}

export function transpose(graph: Graph, value: Value, order: readonly number[]): Value {
  if (order.every((axis, i) => axis === i)) return value;
  const attributes = { ...typed(value), Tperm: attr.type("int32") };
  const shape = order.map((axis) => value.shape[axis]!);
  return graph.one("Transpose", [value, graph.ints(order)], attributes, shape, value.dtype);
}

const axesOf = ({ shape }: Value) => shape.map((_, axis) => axis);

/** First item last. */
export function rotate<T>(items: readonly T[]): T[] {
  return [...items.slice(1), ...items.slice(0, 1)];
}

/** [batch, ...] as [..., batch] */
export function batchLast(graph: Graph, value: Value): Value {
  return transpose(graph, value, rotate(axesOf(value)));
}

/** [..., batch] as [batch, ...] */
export function batchFirst(graph: Graph, value: Value): Value {
  return transpose(graph, value, [...axesOf(value).slice(-1), ...axesOf(value).slice(0, -1)]);
}

function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    return x === 1 ? y : x;
  });
}

/** Of two values of one type, the result of the same type. */
export function binary(graph: Graph, op: string, a: Value, b: Value): Value {
  return graph.one(op, [a, b], typed(a), broadcastShape(a.shape, b.shape), a.dtype);
}

/**
 * Times the 1 of `Graph.unknownOne`, which changes no bit. XLA copies element by element where a value is only stored,
 * but vectorises the same loop as soon as it computes something. And no rewriting looks through it.
 */
export function timesOne(graph: Graph, value: Value, one: Value): Value {
  return value.dtype === "float32" ? binary(graph, "Mul", value, one) : value;
}

/**
 * The gradient of pictures that were made larger by repeating each point, which XLA has no op for: of each point, the
 * sum over its copies.
 *
 * @param gradient [batch, height, width, channels] of the larger ones
 * @param made [batch, height, width, channels]
 * @returns undefined where the larger ones aren't a whole number of times as large
 */
export function nearestGradient(graph: Graph, gradient: Value, made: readonly number[]): Value[] | undefined {
  const [batch, height, width, channels] = made as [number, number, number, number];
  const [high, wide] = [gradient.shape[1]! / height, gradient.shape[2]! / width];
  if (!Number.isInteger(high) || !Number.isInteger(wide)) return undefined;
  const copies = reshape(graph, gradient, [batch, height, high, width, wide, channels]);
  const attributes = { ...typed(gradient), Tidx: attr.type("int32"), keep_dims: attr.bool(false) };
  return [graph.one("Sum", [copies, graph.ints([2, 4])], attributes, made, gradient.dtype)];
}

/** Of two values of one type, the result bool. */
export function compare(graph: Graph, op: "Less" | "GreaterEqual", a: Value, b: Value): Value {
  return graph.one(op, [a, b], typed(a), broadcastShape(a.shape, b.shape), "bool");
}

/** `values` where `condition` holds, else `other`; the condition and `other` are broadcast. */
export function select(graph: Graph, condition: Value, values: Value, other: Value): Value {
  return graph.one("SelectV2", [condition, values, other], typed(values), values.shape, values.dtype);
}

export function unary(graph: Graph, op: string, a: Value): Value {
  return graph.one(op, [a], typed(a), a.shape, a.dtype);
}

export function cast(graph: Graph, value: Value, to: DataTypeName): Value {
  const attributes = { SrcT: attr.type(value.dtype), DstT: attr.type(to), Truncate: attr.bool(false) };
  return graph.one("Cast", [value], attributes, value.shape, to);
}

export function reduce(graph: Graph, op: string, value: Value, axes: readonly number[], keepDims: boolean): Value {
  const shape = value.shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]));
  const attributes = { ...typed(value), Tidx: attr.type("int32"), keep_dims: attr.bool(keepDims) };
  return graph.one(op, [value, graph.ints(axes)], attributes, shape, value.dtype);
}

export function matMul(graph: Graph, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const attributes = { ...typed(a), transpose_a: attr.bool(transposeA), transpose_b: attr.bool(transposeB) };
  return graph.one("MatMul", [a, b], attributes, [a.shape[transposeA ? 1 : 0]!, b.shape[transposeB ? 0 : 1]!]);
}

/** values[index] of a tensor whose first axis is the loop's. */
export function rowOf(graph: Graph, values: Value, index: Value): Value {
  const attributes = {
    Tparams: attr.type(values.dtype),
    Tindices: attr.type("int32"),
    Taxis: attr.type("int32"),
    batch_dims: attr.int(0),
  };
  return graph.one("GatherV2", [values, index, graph.ints(0)], attributes, values.shape.slice(1), values.dtype);
}

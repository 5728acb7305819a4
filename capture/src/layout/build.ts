import type { Graph, Value } from "../graph.js";
import { attr, DataType } from "../proto.js";

/** Small makers of the ops that the layout rules emit. */

const typed = (value: Value) => ({ T: attr.type(DataType[value.dtype]) });

export function reshape(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (value.shape.join() === shape.join()) return value;
  return graph.one(
    "Reshape",
    [value, graph.ints(shape)],
    { ...typed(value), Tshape: attr.type(DataType.int32) },
    shape,
    value.dtype,
  );
}

export function transpose(graph: Graph, value: Value, order: readonly number[]): Value {
  if (order.every((axis, i) => axis === i)) return value;
  const attributes = { ...typed(value), Tperm: attr.type(DataType.int32) };
  return graph.one(
    "Transpose",
    [value, graph.ints(order)],
    attributes,
    order.map((axis) => value.shape[axis]!),
    value.dtype,
  );
}

export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    return x === 1 ? y : x;
  });
}

export function binary(graph: Graph, op: string, a: Value, b: Value): Value {
  return graph.one(op, [a, b], typed(a), broadcastShape(a.shape, b.shape), a.dtype);
}

export function unary(graph: Graph, op: string, a: Value): Value {
  return graph.one(op, [a], typed(a), a.shape, a.dtype);
}

export function reduce(graph: Graph, op: string, value: Value, axes: readonly number[], keepDims: boolean): Value {
  const shape = value.shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]));
  const attributes = { ...typed(value), Tidx: attr.type(DataType.int32), keep_dims: attr.bool(keepDims) };
  return graph.one(op, [value, graph.ints(axes)], attributes, shape, value.dtype);
}

export function matMul(graph: Graph, a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value {
  const attributes = { ...typed(a), transpose_a: attr.bool(transposeA), transpose_b: attr.bool(transposeB) };
  return graph.one("MatMul", [a, b], attributes, [a.shape[transposeA ? 1 : 0]!, b.shape[transposeB ? 0 : 1]!]);
}

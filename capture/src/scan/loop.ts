import { Graph, type Spec, type Value } from "../graph.js";
import { attr, DataType, type DataTypeName } from "../proto.js";

/** TensorFlow's While over typed values, and the lists of tensors in which a loop keeps a value of every step. */

/**
 * Adds a loop to a graph.
 *
 * @param initial what the loop carries at first; the first is its counter
 * @param goesOn condition on the carried values
 * @param body new carried values, of the same shapes and types
 * @returns what the loop carries in the end
 */
export function addLoop(
  graph: Graph,
  name: string,
  initial: readonly Value[],
  goesOn: (body: Graph, carried: Value[]) => Value,
  body: (body: Graph, carried: Value[]) => Value[],
): Value[] {
  const define = (suffix: string, build: (inner: Graph, carried: Value[]) => Value[]) => {
    const inner = new Graph(graph);
    inner.outputs.push(
      ...build(
        inner,
        initial.map((value) => inner.input(value)),
      ),
    );
    return graph.define(`${name}_${suffix}`, inner);
  };
  const attributes = {
    T: attr.types(initial.map(({ dtype }) => DataType[dtype])),
    cond: attr.func(define("condition", (inner, carried) => [goesOn(inner, carried)])),
    body: attr.func(define("body", body)),
    output_shapes: attr.shapes(initial.map(({ shape }) => shape)),
    parallel_iterations: attr.int(1),
  };
  return graph.add("StatelessWhile", initial, attributes, initial);
}

export function compare(graph: Graph, op: "Less" | "GreaterEqual", a: Value, b: number): Value {
  return graph.one(op, [a, graph.ints(b)], { T: attr.type(DataType.int32) }, [], "bool");
}

/** Whether a counter hasn't reached a limit. */
export function before(graph: Graph, counter: Value, limit: Value): Value {
  return graph.one("Less", [counter, limit], { T: attr.type(DataType.int32) }, [], "bool");
}

export function atMost(graph: Graph, value: Value, most: number): Value {
  return graph.one("Minimum", [value, graph.ints(most)], { T: attr.type(DataType.int32) }, [], "int32");
}

/**
 * Values with 0 in the rows from `limit` on: a loop that ended there hasn't written them, and a list may hold what an
 * earlier one wrote.
 */
export function zeroFrom(graph: Graph, values: Value, limit: Value): Value {
  const [rows = 0, ...rest] = values.shape;
  const shape = [rows, ...rest.map(() => 1)];
  const at = graph.constant(new Uint8Array(Int32Array.from({ length: rows }, (_, i) => i).buffer), shape, "int32");
  const ran = graph.one("Less", [at, limit], { T: attr.type(DataType.int32) }, shape, "bool");
  const zero = graph.one("ZerosLike", [values], { T: attr.type(DataType[values.dtype]) }, values.shape, values.dtype);
  return graph.one(
    "SelectV2",
    [ran, values, zero],
    { T: attr.type(DataType[values.dtype]) },
    values.shape,
    values.dtype,
  );
}

export function advance(graph: Graph, counter: Value, by: 1 | -1): Value {
  return graph.one("AddV2", [counter, graph.ints(by)], { T: attr.type(DataType.int32) }, [], "int32");
}

export function add(graph: Graph, a: Value, b: Value): Value {
  return graph.one("AddV2", [a, b], { T: attr.type(DataType[a.dtype]) }, a.shape, a.dtype);
}

/** values[index] of a tensor whose first axis is the loop's. */
export function rowOf(graph: Graph, values: Value, index: Value): Value {
  const attributes = {
    Tparams: attr.type(DataType[values.dtype]),
    Tindices: attr.type(DataType.int32),
    Taxis: attr.type(DataType.int32),
    batch_dims: attr.int(0),
  };
  return graph.one("GatherV2", [values, index, graph.ints(0)], attributes, values.shape.slice(1), values.dtype);
}

const elementType = (dtype: DataTypeName) => ({ element_dtype: attr.type(DataType[dtype]) });
const withShapeType = (dtype: DataTypeName) => ({ ...elementType(dtype), shape_type: attr.type(DataType.int32) });

export const list = {
  reserve: (graph: Graph, length: number, { shape, dtype }: Spec) =>
    graph.one("TensorListReserve", [graph.ints(shape), graph.ints(length)], withShapeType(dtype), [], "variant"),
  from: (graph: Graph, values: Value) =>
    graph.one(
      "TensorListFromTensor",
      [values, graph.ints(values.shape.slice(1))],
      withShapeType(values.dtype),
      [],
      "variant",
    ),
  set: (graph: Graph, handle: Value, index: Value, item: Value) =>
    graph.one(
      "TensorListSetItem",
      [handle, index, item],
      { ...elementType(item.dtype), resize_if_index_out_of_bounds: attr.bool(false) },
      [],
      "variant",
    ),
  get: (graph: Graph, handle: Value, index: Value, { shape, dtype }: Spec) =>
    graph.one("TensorListGetItem", [handle, index, graph.ints(shape)], elementType(dtype), shape, dtype),
  stack: (graph: Graph, handle: Value, length: number, { shape, dtype }: Spec) =>
    graph.one(
      "TensorListStack",
      [handle, graph.ints(shape)],
      { ...elementType(dtype), num_elements: attr.int(length) },
      [length, ...shape],
      dtype,
    ),
};

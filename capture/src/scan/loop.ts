import { binary, compare, select, unary } from "../build.js";
import { Graph, type Spec, type Value } from "../graph.js";
import { attr, type DataTypeName } from "../proto.js";

/** TensorFlow's While over typed values, and the lists of tensors in which a loop keeps a value of every step. */

/** What a loop carries, in groups by name. */
export type Carried<Name extends string> = Record<Name, readonly Value[]>;

/**
 * Adds a loop to a graph.
 *
 * @param initial what the loop carries at first
 * @param goesOn condition on the carried values
 * @param body new carried values, of the same shapes and types
 * @returns what the loop carries in the end
 */
export function addLoop<Name extends string>(
  graph: Graph,
  name: string,
  initial: Carried<Name>,
  goesOn: (body: Graph, carried: Carried<Name>) => Value,
  body: (body: Graph, carried: Carried<Name>) => Carried<Name>,
): Carried<Name> {
  const groups = Object.keys(initial) as Name[];
  const flat = (carried: Carried<Name>) => groups.flatMap((group) => carried[group]);
  const grouped = (values: readonly Value[]) => {
    const rest = [...values];
    const entries = groups.map((group) => [group, rest.splice(0, initial[group].length)] as const);
    return Object.fromEntries(entries) as Carried<string> as Carried<Name>;
  };
  const start = flat(initial);
  const define = (suffix: string, build: (inner: Graph, carried: Carried<Name>) => Value[]) => {
    const inner = new Graph(graph);
    const carried = grouped(start.map((value) => inner.input(value)));
    inner.outputs.push(...build(inner, carried));
    return graph.define(`${name}_${suffix}`, inner);
  };
  const attributes = {
    T: attr.types(start.map(({ dtype }) => dtype)),
    cond: attr.func(define("condition", (inner, carried) => [goesOn(inner, carried)])),
    body: attr.func(define("body", (inner, carried) => flat(body(inner, carried)))),
    output_shapes: attr.shapes(start.map(({ shape }) => shape)),
    parallel_iterations: attr.int(1),
  };
  return grouped(graph.add("StatelessWhile", start, attributes, start));
}

/** A loop's counter after a step. */
export function advance(graph: Graph, counter: Value, by: 1 | -1): Value {
  return binary(graph, "AddV2", counter, graph.ints(by));
}

/**
 * Values with 0 in the rows from `limit` on: a loop that ended there hasn't written them, and a list may hold what an
 * earlier one wrote.
 */
export function zeroFrom(graph: Graph, values: Value, limit: Value): Value {
  const [rows = 0, ...rest] = values.shape;
  const numbers = Array.from({ length: rows }, (_, i) => i);
  const at = graph.ints(numbers, [rows, ...rest.map(() => 1)]);
  return select(graph, compare(graph, "Less", at, limit), values, unary(graph, "ZerosLike", values));
}

const elementType = (dtype: DataTypeName) => ({ element_dtype: attr.type(dtype) });
const withShapeType = (dtype: DataTypeName) => ({ ...elementType(dtype), shape_type: attr.type("int32") });

export const list = {
  reserve: (graph: Graph, length: number, { shape, dtype }: Spec) =>
    graph.one("TensorListReserve", [graph.ints(shape), graph.ints(length)], withShapeType(dtype), [], "variant"),
  from: (graph: Graph, values: Value) => {
    const shape = graph.ints(values.shape.slice(1));
    return graph.one("TensorListFromTensor", [values, shape], withShapeType(values.dtype), [], "variant");
  },
  set: (graph: Graph, handle: Value, index: Value, item: Value) => {
    const attributes = { ...elementType(item.dtype), resize_if_index_out_of_bounds: attr.bool(false) };
    return graph.one("TensorListSetItem", [handle, index, item], attributes, [], "variant");
  },
  get: (graph: Graph, handle: Value, index: Value, { shape, dtype }: Spec) =>
    graph.one("TensorListGetItem", [handle, index, graph.ints(shape)], elementType(dtype), shape, dtype),
  stack: (graph: Graph, handle: Value, length: number, { shape, dtype }: Spec) => {
    const attributes = { ...elementType(dtype), num_elements: attr.int(length) };
    return graph.one("TensorListStack", [handle, graph.ints(shape)], attributes, [length, ...shape], dtype);
  },
};

import type { Graph, Value } from "./graph.js";
import type { Listener } from "./listener.js";
import { attr, DataType } from "./proto.js";

/**
 * XLA takes the nearest item for an index out of range and says nothing, where TensorFlow's own op fails. So a gather
 * by computed indices is checked: outside of loops by an output of its own, the indices; inside a cell, where there is
 * none, it gives NaN for a wrong one.
 *
 * @param outputs of the op
 * @returns what takes their place
 */
export function checkIndices(
  recorder: Listener,
  op: string,
  [parameters, indices, axis]: readonly Value[],
  outputs: Value[],
): Value[] {
  if (op !== "GatherV2" || recorder.mode !== "xla" || indices!.dtype !== "int32") return outputs;
  const at = axis?.node.data;
  if (indices!.node.op === "Const" || !at) return outputs;
  const size = parameters!.shape[new Int32Array(at.buffer, at.byteOffset, 1)[0]!]!;
  if (!recorder.parent) {
    recorder.check({ op, size }, indices!);
    return outputs;
  }
  const [gathered] = outputs;
  if (gathered!.dtype !== "float32") return outputs;
  return [nanUnless(recorder.graph, inRange(recorder.graph, indices!, size), gathered!)];
}

/** bool []: whether all indices are in [0, size) */
function inRange(graph: Graph, indices: Value, size: number): Value {
  const int32 = { T: attr.type(DataType.int32) };
  const low = graph.one("GreaterEqual", [indices, graph.ints(0)], int32, indices.shape, "bool");
  const high = graph.one("Less", [indices, graph.ints(size)], int32, indices.shape, "bool");
  const both = graph.one("LogicalAnd", [low, high], {}, indices.shape, "bool");
  const axes = graph.ints(indices.shape.map((_, d) => d));
  return graph.one("All", [both, axes], { keep_dims: attr.bool(false), Tidx: attr.type(DataType.int32) }, [], "bool");
}

function nanUnless(graph: Graph, fine: Value, values: Value): Value {
  const float32 = { T: attr.type(DataType.float32) };
  return graph.one("SelectV2", [fine, values, graph.floats([Number.NaN], [])], float32, values.shape);
}

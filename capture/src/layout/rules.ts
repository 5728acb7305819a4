import type { Node, Value } from "../graph.js";
import { attr, DataType, flag } from "../proto.js";
import { binary, matMul, reduce, reshape, unary } from "./build.js";
import { aligned, type Laid, type LayoutContext, type Rule, rotate } from "./laid.js";

/** How each op is computed with the batch on the last axis. An op that isn't here is computed in the old layout. */
export const RULES: Record<string, Rule> = {};

function rule(ops: string, apply: Rule): void {
  for (const op of ops.split(/\s+/)) RULES[op] = apply;
}

const batched = (value: Value): Laid[] => [{ value, batched: true }];

/** The values of a constant int32 operand. */
function constant(node: Node, operand: number): number[] | undefined {
  const data = node.inputs[operand]?.node.data;
  return data && Array.from(new Int32Array(data.buffer, data.byteOffset, data.byteLength / 4));
}

/** An axis of a batched tensor in the new layout; undefined for the batch axis. */
function axisOf(axis: number | undefined, rank: number): number | undefined {
  const positive = axis === undefined ? 0 : (axis + rank) % rank;
  return positive === 0 ? undefined : positive - 1;
}

rule(
  "Add AddV2 Sub Mul RealDiv Div DivNoNan Pow Maximum Minimum SquaredDifference Greater GreaterEqual Less LessEqual Equal NotEqual LogicalAnd LogicalOr FloorDiv",
  (context, node, [a, b]) => {
    const { shape, dtype } = node.outputs[0]!;
    const [x, y] = [aligned(context, a!, shape.length), aligned(context, b!, shape.length)];
    if (!x || !y || shape[0] !== context.batch) return undefined;
    if (node.op === "Mul" && isOnes(y) && sameShape(x, rotate(shape))) return batched(x);
    if (node.op === "Mul" && isOnes(x) && sameShape(y, rotate(shape))) return batched(y);
    return batched(context.graph.one(node.op, [x, y], node.attributes, rotate(shape), dtype));
  },
);

const sameShape = (value: Value, shape: readonly number[]) => value.shape.join() === shape.join();

/** Gradient functions multiply by tensors of ones to broadcast; where nothing is left to broadcast they do nothing. */
function isOnes(value: Value): boolean {
  const { data, op, inputs } = value.node;
  if (op === "Reshape" || op === "Transpose" || op === "Cast") return isOnes(inputs[0]!);
  if (op === "Mul") return isOnes(inputs[0]!) && isOnes(inputs[1]!);
  if (!data || value.dtype !== "float32") return false;
  return new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4).every((x) => x === 1);
}

rule(
  "Sigmoid Tanh Exp Expm1 Log Log1p Square Sqrt Rsqrt Neg Abs Sign Softplus Relu Elu Reciprocal Sin Cos Erf Cast ZerosLike OnesLike LogicalNot",
  ({ graph }, node, [a]) => {
    const output = node.outputs[0]!;
    if (node.op === "Cast" && output.dtype === a!.value.dtype) return [a!];
    return batched(graph.one(node.op, [a!.value], node.attributes, a!.value.shape, output.dtype));
  },
);

rule("SigmoidGrad TanhGrad SoftplusGrad ReluGrad EluGrad SqrtGrad RsqrtGrad", ({ graph }, node, [a, b]) =>
  a!.batched && b!.batched
    ? batched(graph.one(node.op, [a!.value, b!.value], node.attributes, a!.value.shape, a!.value.dtype))
    : undefined,
);

rule("AddN", ({ graph }, node, operands) =>
  operands.every((operand) => operand.batched)
    ? batched(
        graph.one(
          "AddN",
          operands.map(({ value }) => value),
          node.attributes,
          operands[0]!.value.shape,
          operands[0]!.value.dtype,
        ),
      )
    : undefined,
);

rule("Select SelectV2", (context, node, operands) => {
  const { shape, dtype } = node.outputs[0]!;
  const values = operands.map((operand) => aligned(context, operand, shape.length));
  if (
    values.some((value) => !value) ||
    shape[0] !== context.batch ||
    node.inputs.some((input) => !sameShape(input, shape))
  )
    return undefined;
  return batched(context.graph.one("SelectV2", values as Value[], { T: node.attributes.T! }, rotate(shape), dtype));
});

rule("Sum Mean Max Min Prod", ({ graph, batch }, node, [a]) => {
  const axes = constant(node, 1);
  const value = a!.value;
  const rank = value.shape.length;
  if (!a!.batched || !axes) return undefined;
  const keep = flag(node.attributes, "keep_dims");
  const overBatch = axes.some((axis) => axisOf(axis, rank) === undefined);
  const moved = axes.map((axis) => axisOf(axis, rank) ?? rank - 1);
  if (overBatch) {
    const reduced = reduce(graph, node.op, value, moved, false);
    return [{ value: reshape(graph, reduced, node.outputs[0]!.shape), batched: false }];
  }
  const result = reduce(graph, node.op, value, moved, keep);
  return result.shape.at(-1) === batch ? batched(result) : undefined;
});

rule("Reshape ExpandDims Squeeze", ({ graph, batch }, node, [a]) => {
  const { shape } = node.outputs[0]!;
  return a!.batched && shape[0] === batch && shape.length > 0
    ? batched(reshape(graph, a!.value, rotate(shape)))
    : undefined;
});

rule("Softmax", ({ graph }, _node, [a]) => {
  const x = a!.value;
  const axis = x.shape.length - 2;
  if (axis < 0) return undefined;
  const e = unary(graph, "Exp", binary(graph, "Sub", x, reduce(graph, "Max", x, [axis], true)));
  return batched(binary(graph, "RealDiv", e, reduce(graph, "Sum", e, [axis], true)));
});

rule("ConcatV2", (context, node, operands) => {
  const axis = axisOf(constant(node, operands.length - 1)?.[0], node.outputs[0]!.shape.length);
  const parts = operands.slice(0, -1);
  if (axis === undefined || parts.some((part) => !part.batched)) return undefined;
  const inputs = [...parts.map(({ value }) => value), context.graph.ints(axis)];
  return batched(
    context.graph.one("ConcatV2", inputs, node.attributes, rotate(node.outputs[0]!.shape), node.outputs[0]!.dtype),
  );
});

rule("SplitV", ({ graph }, node, [a]) => {
  const axis = axisOf(constant(node, 2)?.[0], node.inputs[0]!.shape.length);
  if (axis === undefined || !a!.batched) return undefined;
  const outputs = node.outputs.map(({ shape, dtype }) => ({ shape: rotate(shape), dtype }));
  const sizes = graph.ints(constant(node, 1) ?? []);
  return graph
    .add("SplitV", [a!.value, sizes, graph.ints(axis)], node.attributes, outputs)
    .map((value) => ({ value, batched: true }));
});

rule("Slice", ({ graph, batch }, node, [a]) => {
  const [begin, size] = [constant(node, 1), constant(node, 2)];
  const { shape, dtype } = node.outputs[0]!;
  if (!a!.batched || !begin || !size || begin[0] !== 0 || shape[0] !== batch) return undefined;
  const inputs = [a!.value, graph.ints(rotate(begin)), graph.ints(rotate(shape))];
  return batched(graph.one("Slice", inputs, node.attributes, rotate(shape), dtype));
});

rule("PadV2 Pad", ({ graph }, node, operands) => {
  const paddings = constant(node, 1);
  const { shape, dtype } = node.outputs[0]!;
  if (!operands[0]!.batched || !paddings || paddings[0] !== 0 || paddings[1] !== 0) return undefined;
  const moved = graph.constant(
    new Uint8Array(Int32Array.from([...paddings.slice(2), 0, 0]).buffer),
    [shape.length, 2],
    "int32",
  );
  const inputs = [operands[0]!.value, moved, ...operands.slice(2).map(({ value }) => value)];
  return batched(graph.one(node.op, inputs, node.attributes, rotate(shape), dtype));
});

rule("BatchMatMulV2 MatMul", (context, node, [a, b]) => {
  const plainMatMul = node.op === "MatMul";
  const adjointA = flag(node.attributes, plainMatMul ? "transpose_a" : "adj_x");
  const adjointB = flag(node.attributes, plainMatMul ? "transpose_b" : "adj_y");
  const rank = node.inputs[0]!.shape.length;
  if (rank === 2 && node.inputs[1]!.shape.length === 2) return matrixProduct(context, a!, b!, adjointA, adjointB);
  if (rank === 3 && a!.batched && b!.batched)
    return productByRow(context, node, a!.value, b!.value, adjointA, adjointB);
  return undefined;
});

/** [batch, in] x [in, out], or the product of two batched matrices over the batch: a weight's gradient. */
function matrixProduct(
  { graph }: LayoutContext,
  a: Laid,
  b: Laid,
  adjointA: boolean,
  adjointB: boolean,
): Laid[] | undefined {
  if (a.batched && !b.batched && !adjointA) return batched(matMul(graph, b.value, a.value, !adjointB, false));
  if (a.batched && b.batched && adjointA && !adjointB)
    return [{ value: matMul(graph, a.value, b.value, false, true), batched: false }];
  return undefined;
}

/**
 * A small matrix product for each row of the batch: multiply and sum, which XLA turns into loops along the batch.
 * @param a [n, k, batch], or [k, n, batch] if adjoint
 * @param b [k, m, batch], or [m, k, batch] if adjoint
 */
function productByRow(
  { graph, batch }: LayoutContext,
  node: Node,
  a: Value,
  b: Value,
  adjointA: boolean,
  adjointB: boolean,
): Laid[] | undefined {
  const [, n, m] = node.outputs[0]!.shape as [number, number, number];
  const k = a.shape[adjointA ? 0 : 1]!;
  const view = (value: Value, ...shape: number[]) => reshape(graph, value, [...shape, batch]);
  const multiply = (x: Value, y: Value) => binary(graph, "Mul", x, y);
  const sum = (value: Value, axis: number) => reduce(graph, "Sum", value, [axis], false);
  if (k === 1) return batched(multiply(view(a, n, 1), view(b, 1, m)));
  if (m === 1)
    return batched(view(adjointA ? sum(multiply(a, view(b, k, 1)), 0) : sum(multiply(a, view(b, 1, k)), 1), n, 1));
  if (n === 1)
    return batched(view(adjointB ? sum(multiply(view(a, 1, k), b), 1) : sum(multiply(view(a, k, 1), b), 0), 1, m));
  if (!adjointA && !adjointB) return batched(sum(multiply(view(a, n, k, 1), view(b, 1, k, m)), 1));
  if (!adjointA && adjointB) return batched(sum(multiply(view(a, n, 1, k), view(b, 1, m, k)), 2));
  if (adjointA && !adjointB) return batched(sum(multiply(view(a, k, n, 1), view(b, k, 1, m)), 0));
  return undefined;
}

rule("ReverseV2", ({ graph }, node, [a]) => {
  const axes = constant(node, 1)?.map((axis) => axisOf(axis, node.inputs[0]!.shape.length));
  if (!a!.batched || !axes || axes.includes(undefined)) return undefined;
  return batched(
    graph.one("ReverseV2", [a!.value, graph.ints(axes as number[])], node.attributes, a!.value.shape, a!.value.dtype),
  );
});

rule("Transpose", ({ graph }, node, [a]) => {
  const order = constant(node, 1);
  if (!a!.batched || order?.[0] !== 0) return undefined;
  const { shape, dtype } = node.outputs[0]!;
  const moved = [...order.slice(1).map((axis) => axis - 1), shape.length - 1];
  return batched(
    graph.one(
      "Transpose",
      [a!.value, graph.ints(moved)],
      { T: node.attributes.T!, Tperm: attr.type(DataType.int32) },
      rotate(shape),
      dtype,
    ),
  );
});

import { batchLast, binary, matMul, reduce, reshape, rotate, select, unary } from "../build.js";
import { type Graph, intsOf, type Node, type Value } from "../graph.js";
import { flag } from "../proto.js";

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

/**
 * An operand of an elementwise op, laid out for a result of `rank` axes with the batch last; undefined when that can't
 * be. A plain operand is broadcast along the batch, so its missing or single first axis moves to the end.
 */
function aligned({ graph, batch }: LayoutContext, { value, batched }: Laid, rank: number): Value | undefined {
  if (batched) return value.shape.length === rank ? value : undefined;
  const { shape } = value;
  if (shape.length === 0) return value;
  if (shape.length < rank) {
    return reshape(graph, value, [...new Array<number>(rank - 1 - shape.length).fill(1), ...shape, 1]);
  }
  if (shape[0] === 1) return reshape(graph, value, rotate(shape));
  return shape[0] === batch ? batchLast(graph, value) : undefined;
}

/** How each op is computed with the batch on the last axis. An op that isn't here is computed in the old layout. */
export const RULES: Record<string, Rule> = {};

function rule(ops: string, apply: Rule): void {
  for (const op of ops.split(/\s+/)) RULES[op] = apply;
}

const batched = (value: Value): Laid[] => [{ value, batched: true }];

const valuesOf = (operands: readonly Laid[]) => operands.map(({ value }) => value);

/** The op itself on other operands. */
function again({ graph }: LayoutContext, node: Node, operands: readonly Value[]): Laid[] {
  const { shape, dtype } = node.outputs[0]!;
  return batched(graph.one(node.op, operands, node.attributes, rotate(shape), dtype));
}

/** An axis of a batched tensor in the new layout; undefined for the batch axis. */
function axisOf(axis: number | undefined, rank: number): number | undefined {
  const positive = axis === undefined ? 0 : (axis + rank) % rank;
  return positive === 0 ? undefined : positive - 1;
}

rule(
  `Add AddV2 Sub Mul RealDiv Div DivNoNan FloorDiv Pow Maximum Minimum SquaredDifference
  Greater GreaterEqual Less LessEqual Equal NotEqual LogicalAnd LogicalOr`,
  (context, node, [a, b]) => {
    const { shape } = node.outputs[0]!;
    const [x, y] = [aligned(context, a!, shape.length), aligned(context, b!, shape.length)];
    if (!x || !y || shape[0] !== context.batch) return undefined;
    if (node.op === "Mul" && isOnes(y) && sameShape(x, rotate(shape))) return batched(x);
    if (node.op === "Mul" && isOnes(x) && sameShape(y, rotate(shape))) return batched(y);
    return again(context, node, [x, y]);
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
  `Sigmoid Tanh Exp Expm1 Log Log1p Square Sqrt Rsqrt Neg Abs Sign Softplus Relu Elu Reciprocal Sin Cos Erf
  Cast ZerosLike OnesLike LogicalNot`,
  (context, node, [a]) =>
    node.op === "Cast" && node.outputs[0]!.dtype === a!.value.dtype ? [a!] : again(context, node, [a!.value]),
);

rule("SigmoidGrad TanhGrad SoftplusGrad ReluGrad EluGrad SqrtGrad RsqrtGrad AddN", (context, node, operands) =>
  operands.every((operand) => operand.batched) ? again(context, node, valuesOf(operands)) : undefined,
);

rule("Select SelectV2", (context, node, operands) => {
  const { shape } = node.outputs[0]!;
  const [condition, x, y] = operands.map((operand) => aligned(context, operand, shape.length));
  const whole = shape[0] === context.batch && node.inputs.every((input) => sameShape(input, shape));
  return condition && x && y && whole ? batched(select(context.graph, condition, x, y)) : undefined;
});

rule("Sum Mean Max Min Prod", ({ graph, batch }, node, [a]) => {
  const axes = intsOf(node.inputs[1]);
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
  const axis = axisOf(intsOf(node.inputs.at(-1))?.[0], node.outputs[0]!.shape.length);
  const parts = operands.slice(0, -1);
  if (axis === undefined || parts.some((part) => !part.batched)) return undefined;
  return again(context, node, [...valuesOf(parts), context.graph.ints(axis)]);
});

rule("SplitV", ({ graph }, node, [a]) => {
  const axis = axisOf(intsOf(node.inputs[2])?.[0], node.inputs[0]!.shape.length);
  if (axis === undefined || !a!.batched) return undefined;
  const outputs = node.outputs.map(({ shape, dtype }) => ({ shape: rotate(shape), dtype }));
  const sizes = graph.ints(intsOf(node.inputs[1]) ?? []);
  return graph
    .add("SplitV", [a!.value, sizes, graph.ints(axis)], node.attributes, outputs)
    .map((value) => ({ value, batched: true }));
});

rule("Slice", (context, node, [a]) => {
  const { graph, batch } = context;
  const [begin, size] = [intsOf(node.inputs[1]), intsOf(node.inputs[2])];
  const { shape } = node.outputs[0]!;
  if (!a!.batched || !begin || !size || begin[0] !== 0 || shape[0] !== batch) return undefined;
  return again(context, node, [a!.value, graph.ints(rotate(begin)), graph.ints(rotate(shape))]);
});

rule("PadV2 Pad", (context, node, [a, , ...more]) => {
  const paddings = intsOf(node.inputs[1]);
  if (!a!.batched || !paddings || paddings[0] !== 0 || paddings[1] !== 0) return undefined;
  const moved = context.graph.ints([...paddings.slice(2), 0, 0], [paddings.length / 2, 2]);
  return again(context, node, [a!.value, moved, ...valuesOf(more)]);
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

rule("ReverseV2", (context, node, [a]) => {
  const axes = intsOf(node.inputs[1])?.map((axis) => axisOf(axis, node.inputs[0]!.shape.length));
  if (!a!.batched || !axes || axes.includes(undefined)) return undefined;
  return again(context, node, [a!.value, context.graph.ints(axes as number[])]);
});

rule("Transpose", (context, node, [a]) => {
  const order = intsOf(node.inputs[1]);
  if (!a!.batched || order?.[0] !== 0) return undefined;
  const moved = [...order.slice(1).map((axis) => axis - 1), order.length - 1];
  return again(context, node, [a!.value, context.graph.ints(moved)]);
});

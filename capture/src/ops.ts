/**
 * Names of the output arguments of TensorFlow's ops. Inside a function (a loop body, an XLA program) a value is
 * "node:argument:index", so an op can occur there only if it is listed. One name stands for one output, or for one list
 * of outputs.
 */
const OUTPUTS = new Map<string, readonly string[]>();

function list(names: string, ops: string): void {
  for (const op of ops.trim().split(/\s+/)) OUTPUTS.set(op, names.split(" "));
}

list(
  "z",
  `Add AddV2 Sub Mul Div RealDiv DivNoNan Pow Maximum Minimum SquaredDifference FloorDiv FloorMod Mod Atan2
  Less LessEqual Greater GreaterEqual Equal NotEqual LogicalAnd LogicalOr BitwiseAnd
  SigmoidGrad TanhGrad SqrtGrad RsqrtGrad ReciprocalGrad`,
);
list(
  "y",
  `Sigmoid Tanh Exp Expm1 Log Log1p Square Sqrt Rsqrt Neg Abs Sign Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh
  Atanh Erf Ceil Floor Round Rint Reciprocal Inv Cast Transpose IsNan IsInf IsFinite LogicalNot ZerosLike OnesLike
  ComplexAbs`,
);
list(
  "output",
  `Const Identity Reshape ConcatV2 Pack Unpack Slice StridedSlice Split SplitV Fill ExpandDims Squeeze Tile Select
  SelectV2 Pad PadV2 MirrorPad OneHot BroadcastTo Range LinSpace Diag ReverseV2
  GatherV2 GatherNd ScatterNd TensorScatterUpdate UnsortedSegmentSum
  Sum Mean Max Min Prod Any All ArgMax ArgMin BatchMatMul BatchMatMulV2 Einsum BiasAdd BiasAddGrad
  While StatelessWhile PartitionedCall StatefulPartitionedCall XlaDynamicUpdateSlice StatelessRandomUniformFullIntV2
  Conv2D Conv2DBackpropInput Conv2DBackpropFilter Conv3D Conv3DBackpropInputV2 Conv3DBackpropFilterV2
  DepthwiseConv2dNative DepthwiseConv2dNativeBackpropInput DepthwiseConv2dNativeBackpropFilter Dilation2D
  MaxPool MaxPoolGrad MaxPool3D MaxPool3DGrad AvgPool AvgPoolGrad AvgPool3D AvgPool3DGrad LRN LRNGrad
  BatchToSpaceND SpaceToBatchND DepthToSpace ResizeNearestNeighborGrad ResizeBilinearGrad`,
);
list("dense", "SparseToDense");
list("resized_images", "ResizeNearestNeighbor ResizeBilinear");
list("out", "Cumsum Cumprod");
list("product", "MatMul");
list("sum", "AddN");
list("activations", "Relu Relu6 Elu Selu Softplus LeakyRelu Softsign");
list("backprops", "ReluGrad Relu6Grad EluGrad SeluGrad SoftplusGrad LeakyReluGrad");
list("softmax", "Softmax");
list("logsoftmax", "LogSoftmax");
list("handle", "TensorListReserve");
list("output_handle", "TensorListSetItem TensorListFromTensor");
list("item", "TensorListGetItem");
list("tensor", "TensorListStack");
list("y batch_mean batch_variance reserve_space_1 reserve_space_2 reserve_space_3", "FusedBatchNormV3");
list("y batch_mean batch_variance reserve_space_1 reserve_space_2", "FusedBatchNorm");
list("crops", "CropAndResize");
list("in_backprop", "Dilation2DBackpropInput");
list("filter_backprop", "Dilation2DBackpropFilter");
list("r0", "BroadcastArgs");
list("bins", "Bincount");
list("values indices", "TopKV2");
list("loss backprop", "SoftmaxCrossEntropyWithLogits");

/** "argument:index" of an op's output inside a function, or undefined for an op that isn't listed. */
export function outputArgument(op: string, index: number): string | undefined {
  const names = OUTPUTS.get(op);
  if (names === undefined) return undefined;
  return names.length > 1 ? `${names[index]}:0` : `${names[0]}:${index}`;
}

/** Ops whose outputs differ between two runs with the same inputs, or that act outside the graph. */
export const IMPURE =
  /^(Multinomial|Random|Stateless(?!While)|Dropout|Summary|CreateSummary|FlushSummary|Write|Encode|Decode)/;

/** Ops whose outputs have sizes that depend on values: while it is recorded, JavaScript sees those of the example. */
export const OPEN_SIZE = /^(Unique|NonMaxSuppression|Where$|ListDiff)/;

/** Ops that only look at values another way. */
export const VIEWS: ReadonlySet<string> = new Set(["Reshape", "ExpandDims", "Squeeze", "Identity"]);

/**
 * Names of the output arguments of TensorFlow's ops. Inside a function (a loop body, an XLA program) a value is
 * "node:argument:index", so an op can occur there only if it is listed. A string names one output, or one list of
 * outputs; an array names several arguments.
 */
const OUTPUTS: Record<string, string | string[]> = {};

function list(name: string, ops: string): void {
  for (const op of ops.split(/\s+/)) OUTPUTS[op] = name;
}

list(
  "z",
  "Add AddV2 Sub Mul Div RealDiv DivNoNan Pow Maximum Minimum SquaredDifference FloorDiv FloorMod Mod Atan2 Less LessEqual Greater",
);
list(
  "z",
  "BitwiseAnd GreaterEqual Equal NotEqual LogicalAnd LogicalOr SigmoidGrad TanhGrad SqrtGrad RsqrtGrad ReciprocalGrad",
);
list(
  "y",
  "Sigmoid Tanh Exp Expm1 Log Log1p Square Sqrt Rsqrt Neg Abs Sign Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Erf Ceil",
);
list(
  "y",
  "Floor Round Rint Reciprocal Inv Cast Transpose IsNan IsInf IsFinite LogicalNot ZerosLike OnesLike ComplexAbs",
);
list(
  "output",
  "Const Identity Reshape ConcatV2 Pack Unpack Slice StridedSlice GatherV2 GatherNd ScatterNd BatchMatMul BatchMatMulV2 BiasAdd Sum",
);
list(
  "output",
  "Mean Max Min Prod Any All Split SplitV Fill ExpandDims Squeeze Tile Select SelectV2 Pad PadV2 MirrorPad OneHot BroadcastTo Range",
);
list(
  "output",
  "ArgMax ArgMin ReverseV2 UnsortedSegmentSum TensorScatterUpdate While StatelessWhile PartitionedCall StatefulPartitionedCall Conv2D",
);
list(
  "output",
  "Conv2DBackpropInput Conv2DBackpropFilter Conv3D DepthwiseConv2dNative DepthwiseConv2dNativeBackpropInput MaxPool MaxPoolGrad AvgPool",
);
list(
  "output",
  "DepthwiseConv2dNativeBackpropFilter AvgPoolGrad Conv3DBackpropInputV2 Conv3DBackpropFilterV2 Diag LinSpace MaxPool3D AvgPool3D LRN",
);
list(
  "output",
  "BatchToSpaceND SpaceToBatchND DepthToSpace XlaDynamicUpdateSlice LRNGrad MaxPool3DGrad AvgPool3DGrad Einsum BiasAddGrad",
);
list("output", "StatelessRandomUniformFullIntV2 ResizeNearestNeighborGrad ResizeBilinearGrad Dilation2D");
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
OUTPUTS.FusedBatchNormV3 = [
  "y",
  "batch_mean",
  "batch_variance",
  "reserve_space_1",
  "reserve_space_2",
  "reserve_space_3",
];
OUTPUTS.FusedBatchNorm = ["y", "batch_mean", "batch_variance", "reserve_space_1", "reserve_space_2"];
OUTPUTS.CropAndResize = "crops";
OUTPUTS.Dilation2DBackpropInput = "in_backprop";
OUTPUTS.Dilation2DBackpropFilter = "filter_backprop";
OUTPUTS.BroadcastArgs = "r0";
OUTPUTS.Bincount = "bins";
OUTPUTS.TopKV2 = ["values", "indices"];
OUTPUTS.SoftmaxCrossEntropyWithLogits = ["loss", "backprop"];

/** "argument:index" of an op's output inside a function, or undefined for an op that isn't listed. */
export function outputArgument(op: string, index: number): string | undefined {
  const names = OUTPUTS[op];
  if (names === undefined) return undefined;
  return Array.isArray(names) ? `${names[index]}:0` : `${names}:${index}`;
}

/** Ops whose outputs differ between two runs with the same inputs, or that act outside the graph. */
export const IMPURE =
  /^(Multinomial|Random|Stateless(?!While)|Dropout|Summary|CreateSummary|FlushSummary|Write|Encode|Decode)/;

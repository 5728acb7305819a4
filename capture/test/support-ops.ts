import type { Scalar, Tensor } from "@tensorflow/tfjs-node";
import { type CompileMode, capture, scan } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

/** An op as it is tried: its inputs, and the call. */
interface Tried {
  inputs: () => Tensor[];
  // any number of tensors of any rank: one table for all of tfjs
  // biome-ignore lint/suspicious/noExplicitAny: see above
  call: (...inputs: any[]) => Tensor | Tensor[];
}

/** Numbers between 0.1 and 0.9, where every function is smooth and defined. */
const floats = (shape: number[], seed = 1) => tf.randomUniform(shape, 0.1, 0.9, "float32", seed);
const whole = (values: number[], shape = [values.length]) => tf.tensor(values, shape, "int32");
const truths = () => tf.tensor([1, 0, 1, 0, 0, 1], [2, 3], "bool");

const on = (call: Tried["call"], ...inputs: (() => Tensor)[]): Tried => ({
  inputs: () => inputs.map((make) => make()),
  call,
});
const x = () => floats([2, 3], 1);
const y = () => floats([2, 3], 2);
const square = () => floats([3, 3], 3);
const picture = () => floats([2, 4, 4, 2], 4);
const volume = () => floats([1, 4, 4, 4, 1], 5);
const signal = () => floats([8], 6);
const kernel =
  (...shape: number[]) =>
  () =>
    floats(shape, 7);
const indices = () => whole([1, 0, 1]);
const bits = () => whole([1, 2, 3, 4, 5, 6], [2, 3]);

type Name = keyof typeof tf;
const named = (list: string, make: (op: (...args: never[]) => Tensor) => Tried): Record<string, Tried> =>
  Object.fromEntries(list.split(" ").map((name) => [name, make(tf[name as Name] as never)]));
// biome-ignore lint/suspicious/noExplicitAny: as above
const any = (op: unknown) => op as (...args: any[]) => any;

/** Every function of tensors that tfjs exports, but for what `OTHERS` names. */
export const OPS: Record<string, Tried> = {
  ...named(
    "abs acos asin asinh atan atanh ceil cos cosh elu erf exp expm1 floor isFinite isInf isNaN leakyRelu log log1p logSigmoid logSoftmax logSumExp " +
      "neg onesLike reciprocal relu relu6 round rsqrt selu sigmoid sign sin sinh softmax softplus sqrt square step tan tanh zerosLike clone " +
      "sum mean max min prod argMax argMin cumsum cumprod euclideanNorm transpose squeeze unstack",
    (op) => on(any(op), x),
  ),
  ...named(
    "add sub mul div divNoNan floorDiv mod pow maximum minimum atan2 squaredDifference equal notEqual greater greaterEqual less lessEqual prelu",
    (op) => on(any(op), x, y),
  ),
  ...named("logicalAnd logicalOr logicalXor", (op) => on(any(op), truths, truths)),
  ...named("all any logicalNot", (op) => on(any(op), truths)),
  acosh: on((a) => tf.acosh(tf.add(a, 1)), x),
  addN: on((a, b) => tf.addN([a, b]), x, y),
  avgPool: on((a) => tf.avgPool(a, 2, 2, "valid"), picture),
  avgPool3d: on((a) => tf.avgPool3d(a, 2, 2, "valid"), volume),
  basicLSTMCell: on(
    (input, c, h, w) => tf.basicLSTMCell(tf.scalar(1), w, tf.zeros([8]), input, c, h),
    kernel(2, 3),
    kernel(2, 2),
    kernel(2, 2),
    kernel(5, 8),
  ),
  batchNorm: on((a, mean) => tf.batchNorm(a, mean, tf.onesLike(mean)), x, kernel(3)),
  batchNorm2d: on((a, mean) => tf.batchNorm2d(a, mean, tf.onesLike(mean)), x, kernel(3)),
  batchNorm3d: on((a, mean) => tf.batchNorm3d(a, mean, tf.onesLike(mean)), kernel(2, 3, 3), kernel(3)),
  batchNorm4d: on((a, mean) => tf.batchNorm4d(a, mean, tf.onesLike(mean)), picture, kernel(2)),
  batchToSpaceND: on(
    (a) =>
      tf.batchToSpaceND(
        a,
        [2, 1],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    kernel(2, 2, 2, 1),
  ),
  bincount: on((a) => tf.bincount(a, tf.zeros([0]) as never, 4), indices),
  bitwiseAnd: on((a, b) => tf.bitwiseAnd(a, b), bits, bits),
  broadcastArgs: on(
    (a, b) => tf.broadcastArgs(a, b),
    () => whole([2, 1]),
    () => whole([1, 3]),
  ),
  broadcastTo: on((a) => tf.broadcastTo(a, [4, 2, 3]), x),
  cast: on((a) => tf.cast(tf.mul(a, 9), "int32"), x),
  clipByValue: on((a) => tf.clipByValue(a, 0.3, 0.6), x),
  complex: on((a, b) => tf.real(tf.mul(tf.complex(a, b), tf.complex(b, a))), x, y),
  concat: on((a, b) => tf.concat([a, b], 1), x, y),
  concat1d: on((a) => tf.concat1d([a, a]), signal),
  concat2d: on((a, b) => tf.concat2d([a, b], 0), x, y),
  concat3d: on((a) => tf.concat3d([a, a], 2), kernel(2, 2, 2)),
  concat4d: on((a) => tf.concat4d([a, a], 3), picture),
  conv1d: on((a, w) => tf.conv1d(a, w, 1, "same"), kernel(2, 6, 2), kernel(3, 2, 3)),
  conv2d: on((a, w) => tf.conv2d(a, w, 1, "same"), picture, kernel(2, 2, 2, 3)),
  conv2dTranspose: on((a, w) => tf.conv2dTranspose(a, w, [2, 8, 8, 3], 2, "same"), picture, kernel(2, 2, 3, 2)),
  conv3d: on((a, w) => tf.conv3d(a, w, 1, "same"), volume, kernel(2, 2, 2, 1, 2)),
  conv3dTranspose: on((a, w) => tf.conv3dTranspose(a, w, [1, 8, 8, 8, 1], 2, "same"), volume, kernel(2, 2, 2, 1, 1)),
  denseBincount: on((a) => tf.denseBincount(a, tf.zeros([0]) as never, 4), indices),
  depthToSpace: on((a) => tf.depthToSpace(a, 2), kernel(1, 2, 2, 4)),
  depthwiseConv2d: on((a, w) => tf.depthwiseConv2d(a, w, 1, "same"), picture, kernel(2, 2, 2, 1)),
  diag: on((a) => tf.diag(a), signal),
  dilation2d: on((a, w) => tf.dilation2d(a, w, 1, "same"), picture, kernel(2, 2, 2)),
  dot: on((a, b) => tf.dot(a, b), x, kernel(3)),
  dropout: on((a) => tf.dropout(a, 0.5), x),
  einsum: on((a, b) => tf.einsum("ij,kj->ik", a, b), x, y),
  ensureShape: on((a) => tf.ensureShape(a, [2, 3]), x),
  expandDims: on((a) => tf.expandDims(a, 1), x),
  fft: on((a) => tf.real(tf.fft(tf.complex(a, tf.zerosLike(a)))), signal),
  gather: on((a, i) => tf.gather(a, i, 1), x, indices),
  gatherND: on(
    (a, i) => tf.gatherND(a, i),
    x,
    () => whole([0, 1, 1, 2], [2, 2]),
  ),
  ifft: on((a) => tf.real(tf.ifft(tf.complex(a, tf.zerosLike(a)))), signal),
  imag: on((a, b) => tf.imag(tf.complex(a, b)), x, y),
  irfft: on((a) => tf.irfft(tf.complex(a, tf.zerosLike(a))), kernel(1, 5)),
  localResponseNormalization: on((a) => tf.localResponseNormalization(a), picture),
  lowerBound: on((a, b) => tf.lowerBound(tf.cumsum(a), b), signal, kernel(4)),
  matMul: on((a, b) => tf.matMul(a, b, false, true), x, y),
  maxPool: on((a) => tf.maxPool(a, 2, 2, "valid"), picture),
  maxPool3d: on((a) => tf.maxPool3d(a, 2, 2, "valid"), volume),
  maxPoolWithArgmax: on((a) => Object.values(tf.maxPoolWithArgmax(a, 2, 2, "valid")), picture),
  meshgrid: on((a, b) => tf.meshgrid(a, b), signal, kernel(3)),
  mirrorPad: on(
    (a) =>
      tf.mirrorPad(
        a,
        [
          [1, 1],
          [1, 1],
        ],
        "reflect",
      ),
    x,
  ),
  moments: on((a) => Object.values(tf.moments(a, 0)), x),
  multiRNNCell: on(
    (input, c, h, w) =>
      any(tf.multiRNNCell)(
        [(i: never, cc: never, hh: never) => tf.basicLSTMCell(tf.scalar(1), w, tf.zeros([8]), i, cc, hh)],
        input,
        [c],
        [h],
      ).flat(),
    kernel(2, 3),
    kernel(2, 2),
    kernel(2, 2),
    kernel(5, 8),
  ),
  multinomial: on((a) => tf.multinomial(a, 3), x),
  norm: on((a) => tf.norm(a), x),
  oneHot: on((i) => tf.oneHot(i, 3), indices),
  outerProduct: on((a, b) => tf.outerProduct(a, b), signal, kernel(3)),
  pad: on(
    (a) =>
      tf.pad(
        a,
        [
          [1, 0],
          [0, 1],
        ],
        0.5,
      ),
    x,
  ),
  pad1d: on((a) => tf.pad1d(a, [1, 1]), signal),
  pad2d: on(
    (a) =>
      tf.pad2d(a, [
        [1, 0],
        [0, 1],
      ]),
    x,
  ),
  pad3d: on(
    (a) =>
      tf.pad3d(a, [
        [1, 0],
        [0, 1],
        [0, 0],
      ]),
    kernel(2, 2, 2),
  ),
  pad4d: on(
    (a) =>
      tf.pad4d(a, [
        [0, 0],
        [1, 0],
        [0, 1],
        [0, 0],
      ]),
    picture,
  ),
  pool: on((a) => tf.pool(a, 2, "avg", "valid"), picture),
  raggedGather: on(
    (a, i) => {
      const { outputNestedSplits, outputDenseValues } = any(tf.raggedGather)([whole([0, 2, 8])], a, i, 1);
      return [...outputNestedSplits, outputDenseValues];
    },
    signal,
    () => whole([1, 0]),
  ),
  raggedRange: on(
    (a) => Object.values(any(tf.raggedRange)(whole([0]), a, whole([1]))),
    () => whole([3]),
  ),
  raggedTensorToTensor: on(
    (a) =>
      any(tf.raggedTensorToTensor)(
        whole([2, 4]),
        a,
        tf.scalar(0),
        [whole([2]), whole([0, 3, 8])],
        ["FIRST_DIM_SIZE", "ROW_SPLITS"],
      ),
    signal,
  ),
  real: on((a, b) => tf.real(tf.complex(a, b)), x, y),
  reshape: on((a) => tf.reshape(a, [3, 2]), x),
  reverse: on((a) => tf.reverse(a, 1), x),
  reverse1d: on((a) => tf.reverse1d(a), signal),
  reverse2d: on((a) => tf.reverse2d(a, 0), x),
  reverse3d: on((a) => tf.reverse3d(a, 0), kernel(2, 2, 2)),
  reverse4d: on((a) => tf.reverse4d(a, 1), picture),
  rfft: on((a) => tf.real(tf.rfft(a)), signal),
  scatterND: on((a) => tf.scatterND(whole([2, 0], [2, 1]), a, [4, 3]), x),
  searchSorted: on((a, b) => tf.searchSorted(tf.cumsum(a), b), signal, kernel(4)),
  separableConv2d: on(
    (a, d, p) => tf.separableConv2d(a, d, p, 1, "same"),
    picture,
    kernel(2, 2, 2, 1),
    kernel(1, 1, 2, 3),
  ),
  slice: on((a) => tf.slice(a, [0, 1], [2, 2]), x),
  slice1d: on((a) => tf.slice1d(a, 1, 3), signal),
  slice2d: on((a) => tf.slice2d(a, [0, 1], [2, 2]), x),
  slice3d: on((a) => tf.slice3d(a, [0, 1, 0], [2, 1, 2]), kernel(2, 2, 2)),
  slice4d: on((a) => tf.slice4d(a, [0, 1, 0, 0], [2, 2, 2, 1]), picture),
  spaceToBatchND: on(
    (a) =>
      tf.spaceToBatchND(
        a,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    picture,
  ),
  sparseToDense: on((a) => tf.sparseToDense(whole([1, 3]), a, [5], 0), kernel(2)),
  split: on((a) => tf.split(a, 3, 1), x),
  stack: on((a, b) => tf.stack([a, b], 1), x, y),
  stridedSlice: on((a) => tf.stridedSlice(a, [0, 0], [2, 3], [1, 2]), x),
  tensorScatterUpdate: on((a, b) => tf.tensorScatterUpdate(a, whole([1], [1, 1]), b), x, kernel(1, 3)),
  topk: on((a) => Object.values(tf.topk(a, 2)), x),
  tile: on((a) => tf.tile(a, [2, 1]), x),
  unique: on((a) => Object.values(tf.unique(a)), indices),
  unsortedSegmentSum: on((a, i) => tf.unsortedSegmentSum(a, i, 2), kernel(3, 2), indices),
  upperBound: on((a, b) => tf.upperBound(tf.cumsum(a), b), signal, kernel(4)),
  where: on((a, b) => tf.where(tf.greater(a, b), a, b), x, y),
  "fused.conv2d": on(
    (a, w) => tf.fused.conv2d({ x: a, filter: w, strides: 1, pad: "same", activation: "relu" }),
    picture,
    kernel(2, 2, 2, 3),
  ),
  "fused.depthwiseConv2d": on(
    (a, w) => tf.fused.depthwiseConv2d({ x: a, filter: w, strides: 1, pad: "same", activation: "relu" }),
    picture,
    kernel(2, 2, 2, 1),
  ),
  "fused.matMul": on((a, b) => tf.fused.matMul({ a, b, transposeB: true, activation: "sigmoid" as never }), x, y),
  "image.cropAndResize": on(
    (a) => tf.image.cropAndResize(a, tf.tensor2d([[0, 0, 0.5, 0.5]]), tf.tensor1d([1], "int32"), [3, 3]),
    picture,
  ),
  "image.flipLeftRight": on((a) => tf.image.flipLeftRight(a), picture),
  "image.grayscaleToRGB": on((a) => tf.image.grayscaleToRGB(a), kernel(2, 2, 2, 1)),
  "image.nonMaxSuppression": on(
    (boxes, scores) => tf.image.nonMaxSuppression(boxes, scores, 2),
    kernel(3, 4),
    kernel(3),
  ),
  "image.resizeBilinear": on((a) => tf.image.resizeBilinear(a, [3, 6]), picture),
  "image.resizeNearestNeighbor": on((a) => tf.image.resizeNearestNeighbor(a, [3, 6]), picture),
  "image.rgbToGrayscale": on((a) => tf.image.rgbToGrayscale(a), kernel(2, 2, 2, 3)),
  "image.rotateWithOffset": on((a) => tf.image.rotateWithOffset(a, 0.5), picture),
  "image.threshold": on((a) => tf.image.threshold(a, "binary", false, 0.5), kernel(2, 2, 1)),
  "image.transform": on((a) => tf.image.transform(a, tf.tensor2d([[1, 0, 1, 0, 1, 0, 0, 0]])), picture),
  "linalg.bandPart": on((a) => tf.linalg.bandPart(a, 1, 0), square),
  "linalg.gramSchmidt": on((a) => tf.linalg.gramSchmidt(a), square),
  "linalg.qr": on((a) => tf.linalg.qr(a), square),
  "losses.absoluteDifference": on((a, b) => tf.losses.absoluteDifference(a, b), x, y),
  "losses.computeWeightedLoss": on((a, b) => tf.losses.computeWeightedLoss(a, b), x, y),
  "losses.cosineDistance": on((a, b) => tf.losses.cosineDistance(a, b, 1), x, y),
  "losses.hingeLoss": on((a, b) => tf.losses.hingeLoss(a, b), x, y),
  "losses.huberLoss": on((a, b) => tf.losses.huberLoss(a, b), x, y),
  "losses.logLoss": on((a, b) => tf.losses.logLoss(a, b), x, y),
  "losses.meanSquaredError": on((a, b) => tf.losses.meanSquaredError(a, b), x, y),
  "losses.sigmoidCrossEntropy": on((a, b) => tf.losses.sigmoidCrossEntropy(a, b), x, y),
  "losses.softmaxCrossEntropy": on((a, b) => tf.losses.softmaxCrossEntropy(a, b), x, y),
  "signal.frame": on((a) => tf.signal.frame(a, 4, 2), signal),
  "signal.stft": on((a) => tf.real(tf.signal.stft(a, 4, 2)), signal),
};

/** Functions that make constants, draw numbers, print, are async, or assign to a variable: not functions of tensors alone. */
export const OTHERS = new Set(
  (
    "buffer eye fill linspace ones print rand randomGamma randomNormal randomStandardNormal randomUniform randomUniformInt range scalar tensor " +
    "tensor1d tensor2d tensor3d tensor4d tensor5d tensor6d truncatedNormal variable zeros op image.nonMaxSuppressionAsync " +
    "image.nonMaxSuppressionPadded image.nonMaxSuppressionPaddedAsync image.nonMaxSuppressionWithScore image.nonMaxSuppressionWithScoreAsync " +
    "signal.hammingWindow signal.hannWindow booleanMaskAsync inTopKAsync setdiff1dAsync whereAsync movingAverage"
  ).split(" "),
);

const list = (result: unknown): Tensor[] => (Array.isArray(result) ? result.flat() : [result]) as Tensor[];
const floating = (tensor: Tensor) => tensor.dtype === "float32";

/** What a loss makes of an op's outputs: the sum of all numbers. */
const total = (result: unknown): Scalar =>
  list(result)
    .map((tensor) => tf.sum(tf.cast(tensor, "float32")))
    .reduce((a, b) => tf.add(a, b)) as Scalar;

/** The op, its gradient, and the op in a scan's cell, where its inputs change from step to step. */
const ways = {
  "":
    ({ call }: Tried) =>
    (inputs: Tensor[]) =>
      list(call(...inputs)),
  "its gradient": ({ call }: Tried) => {
    return (inputs: Tensor[]) => {
      const where = inputs.flatMap((tensor, i) => (floating(tensor) ? [i] : []));
      // squares: of a plain sum the gradient that comes in is a constant, and TensorFlow works it out itself
      const loss = (...some: Tensor[]) => {
        const results = list(
          call(...inputs.map((tensor, i) => (where.includes(i) ? some[where.indexOf(i)]! : tensor))),
        );
        return total(results.map((result) => tf.square(tf.cast(result, "float32"))));
      };
      return tf.grads(loss)(where.map((i) => inputs[i]!));
    };
  },
  "in a cell": ({ call }: Tried) => {
    return (inputs: Tensor[]) => {
      const cell = ({ s }: { s: Tensor }, step: Tensor) => {
        const moved = tf.mul(tf.sum(tf.add(s, step)), 0.01);
        const changed = inputs.map((tensor) => (floating(tensor) ? tf.add(tensor, moved) : tensor));
        return { state: { s: tf.add(s, tf.mul(total(call(...changed)), 0.1)) } };
      };
      return [scan(cell, { s: tf.zeros([1, 1]) }, tf.ones([1, 3, 1])).state.s];
    };
  },
} as const;

const close = (got: Tensor, want: Tensor) => {
  const [a, b] = [got.dataSync<"float32">(), want.dataSync<"float32">()];
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-2);
  return `${got.shape}` === `${want.shape}` && a.every((value, i) => Math.abs(value - b[i]!) <= 1e-4 * scale);
};

/** A way to call an op, and what it gives eagerly. */
interface Way {
  name: string;
  run: (inputs: Tensor[]) => Tensor[];
  want: Tensor[];
}

/** How an op does in a captured graph, in one mode: "as eager", or what doesn't work, and the line that says so. */
export async function opOutcome(tried: Tried, compile: CompileMode): Promise<string> {
  const inputs = tried.inputs();
  const there: Way[] = [];
  for (const [name, make] of Object.entries(ways)) {
    const run = make(tried);
    try {
      there.push({ name, run, want: tf.tidy(() => run(inputs)) });
    } catch (error) {
      if (name === "") return `tfjs-node itself: ${firstLine(error)}`;
      // tfjs has no gradient of it
    }
  }
  // all ways in one graph first: compiling takes most of the time
  const all: Way = {
    name: "",
    run: (given) => there.flatMap(({ run }) => run(given)),
    want: there.flatMap(({ want }) => want),
  };
  if ((await saidOf(all, inputs, compile)) === undefined) return "as eager";
  const said: string[] = [];
  for (const way of there) {
    const line = await saidOf(way, inputs, compile);
    if (line) said.push(way.name === "" ? line : `${way.name}: ${line}`);
    if (way.name === "" && line?.startsWith("refused")) break;
  }
  return said.length === 0 ? "as eager" : said.join("; ");
}

/** What is to be said of a way when it is captured: nothing where it gives what it gives eagerly. */
async function saidOf({ run, want }: Way, inputs: Tensor[], compile: CompileMode): Promise<string | undefined> {
  try {
    const captured = await capture((...given: Tensor[]) => run(given), inputs, { compile });
    const got = captured(...inputs);
    captured.dispose();
    return got.every((tensor, i) => close(tensor, want[i]!)) ? undefined : "DIFFERS";
  } catch (error) {
    return `refused: ${firstLine(error)}`;
  }
}

/** Without the numbers by which tfjs counts tensors, and without the list of what TensorFlow has instead. */
const firstLine = (error: unknown) =>
  (error as Error).message
    .split("\n")[0]!
    .replace(/_\d+\b/g, "")
    .replace(/ \(No registered .*/, "");

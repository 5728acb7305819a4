import type { LayersModel, Scalar, SymbolicTensor } from "@tensorflow/tfjs-node";
import { captureTraining, type Loss, type Optimizer } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

type Layer = ReturnType<typeof tf.layers.dense>;
type Make = () => { apply(x: SymbolicTensor | SymbolicTensor[]): unknown };
interface Kind {
  /** of one sample; several for layers that join inputs */
  shapes: number[][];
  layer: Make;
  /** draws numbers of its own: not compared with fit, which draws others */
  random?: boolean;
  /** takes indices, which have no gradient */
  whole?: boolean;
  /** tfjs has no gradient through it */
  first?: boolean;
}

const uniform = (seed: number) => tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed });
const kernel = { kernelInitializer: uniform(1) as never };
const recurrent = { ...kernel, recurrentInitializer: uniform(2) as never };
const depthwise = { depthwiseInitializer: uniform(1) as never };
const on = (shape: number[], layer: Make, more: Partial<Kind> = {}): Kind => ({ shapes: [shape], layer, ...more });
const both = (layer: Make): Kind => ({ shapes: [[3], [3]], layer });
const cell = () => tf.layers.lstmCell({ units: 2, ...recurrent });

/** One layer of every class that tf.layers has. */
export const KINDS: Record<string, Kind> = {
  elu: on([3], () => tf.layers.elu()),
  reLU: on([3], () => tf.layers.reLU()),
  leakyReLU: on([3], () => tf.layers.leakyReLU()),
  prelu: on([3], () => tf.layers.prelu({ alphaInitializer: uniform(1) as never })),
  softmax: on([3], () => tf.layers.softmax()),
  thresholdedReLU: on([3], () => tf.layers.thresholdedReLU({ theta: 0.1 }), { first: true }),
  conv1d: on([6, 2], () => tf.layers.conv1d({ filters: 2, kernelSize: 3, ...kernel })),
  conv2d: on([5, 5, 2], () => tf.layers.conv2d({ filters: 2, kernelSize: 3, ...kernel })),
  conv2dTranspose: on([3, 3, 2], () => tf.layers.conv2dTranspose({ filters: 2, kernelSize: 3, ...kernel })),
  conv3d: on([4, 4, 4, 1], () => tf.layers.conv3d({ filters: 2, kernelSize: 2, ...kernel })),
  conv3dTranspose: on([2, 2, 2, 1], () => tf.layers.conv3dTranspose({ filters: 2, kernelSize: 2, ...kernel })),
  separableConv2d: on([5, 5, 2], () =>
    tf.layers.separableConv2d({ filters: 2, kernelSize: 3, ...depthwise, pointwiseInitializer: uniform(2) as never }),
  ),
  cropping2D: on([4, 4, 1], () => tf.layers.cropping2D({ cropping: 1 as never })),
  upSampling2d: on([2, 2, 1], () => tf.layers.upSampling2d({})),
  depthwiseConv2d: on([5, 5, 2], () => tf.layers.depthwiseConv2d({ kernelSize: 3, ...depthwise })),
  activation: on([3], () => tf.layers.activation({ activation: "mish" as never })),
  dense: on([3], () => tf.layers.dense({ units: 4, activation: "gelu" as never, ...kernel })),
  dropout: on([8], () => tf.layers.dropout({ rate: 0.5 }), { random: true }),
  spatialDropout1d: on([4, 2], () => tf.layers.spatialDropout1d({ rate: 0.5 }), { random: true }),
  flatten: on([2, 2], () => tf.layers.flatten()),
  repeatVector: on([3], () => tf.layers.repeatVector({ n: 2 })),
  reshape: on([4], () => tf.layers.reshape({ targetShape: [2, 2] })),
  permute: on([2, 3], () => tf.layers.permute({ dims: [2, 1] })),
  embedding: on(
    [3],
    () => tf.layers.embedding({ inputDim: 5, outputDim: 2, embeddingsInitializer: uniform(1) as never }),
    {
      whole: true,
    },
  ),
  add: both(() => tf.layers.add()),
  average: both(() => tf.layers.average()),
  concatenate: both(() => tf.layers.concatenate()),
  maximum: both(() => tf.layers.maximum()),
  minimum: both(() => tf.layers.minimum()),
  multiply: both(() => tf.layers.multiply()),
  dot: both(() => tf.layers.dot({ axes: 1 })),
  batchNormalization: on([3], () => tf.layers.batchNormalization()),
  layerNormalization: on([3], () => tf.layers.layerNormalization()),
  zeroPadding2d: on([2, 2, 1], () => tf.layers.zeroPadding2d()),
  averagePooling1d: on([4, 2], () => tf.layers.averagePooling1d({})),
  averagePooling2d: on([4, 4, 1], () => tf.layers.averagePooling2d({})),
  averagePooling3d: on([4, 4, 4, 1], () => tf.layers.averagePooling3d({ poolSize: 2 })),
  globalAveragePooling1d: on([4, 2], () => tf.layers.globalAveragePooling1d({})),
  globalAveragePooling2d: on([4, 4, 2], () => tf.layers.globalAveragePooling2d({})),
  globalMaxPooling1d: on([4, 2], () => tf.layers.globalMaxPooling1d({})),
  globalMaxPooling2d: on([4, 4, 2], () => tf.layers.globalMaxPooling2d({})),
  maxPooling1d: on([4, 2], () => tf.layers.maxPooling1d({})),
  maxPooling2d: on([4, 4, 1], () => tf.layers.maxPooling2d({})),
  maxPooling3d: on([4, 4, 4, 1], () => tf.layers.maxPooling3d({ poolSize: 2 })),
  gru: on([3, 2], () => tf.layers.gru({ units: 2, ...recurrent })),
  lstm: on([3, 2], () => tf.layers.lstm({ units: 2, ...recurrent })),
  simpleRNN: on([3, 2], () => tf.layers.simpleRNN({ units: 2, ...recurrent })),
  convLstm2d: on([2, 4, 4, 1], () => tf.layers.convLstm2d({ filters: 1, kernelSize: 2, ...recurrent })),
  gruCell: on([3, 2], () => tf.layers.rnn({ cell: tf.layers.gruCell({ units: 2, ...recurrent }) })),
  lstmCell: on([3, 2], () => tf.layers.rnn({ cell: cell() })),
  simpleRNNCell: on([3, 2], () => tf.layers.rnn({ cell: tf.layers.simpleRNNCell({ units: 2, ...recurrent }) })),
  rnn: on([3, 2], () => tf.layers.rnn({ cell: cell(), returnSequences: true })),
  stackedRNNCells: on([3, 2], () => tf.layers.rnn({ cell: tf.layers.stackedRNNCells({ cells: [cell(), cell()] }) })),
  bidirectional: on([3, 2], () =>
    tf.layers.bidirectional({ layer: tf.layers.gru({ units: 2, ...recurrent }) as never, mergeMode: "concat" }),
  ),
  timeDistributed: on([3, 2], () =>
    tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2, ...kernel }) as Layer }),
  ),
  gaussianNoise: on([8], () => tf.layers.gaussianNoise({ stddev: 0.5 }), { random: true }),
  gaussianDropout: on([8], () => tf.layers.gaussianDropout({ rate: 0.5 }), { random: true }),
  alphaDropout: on([8], () => tf.layers.alphaDropout({ rate: 0.5 }), { random: true }),
  masking: on([3, 2], () => tf.layers.masking({ maskValue: 0 }), { first: true }),
  rescaling: on([3], () => tf.layers.rescaling({ scale: 0.5, offset: 1 })),
  centerCrop: on([4, 4, 1], () => tf.layers.centerCrop({ height: 2, width: 2 })),
  resizing: on([4, 4, 1], () => tf.layers.resizing({ height: 2, width: 2 })),
  categoryEncoding: on([3], () => tf.layers.categoryEncoding({ numTokens: 5, outputMode: "multiHot" }), {
    whole: true,
  }),
  randomWidth: on([4, 4, 1], () => tf.layers.randomWidth({ factor: 0.5, seed: 1 }), { random: true }),
  "lstm, stateful": on([3, 2], () =>
    tf.layers.lstm({ units: 2, stateful: true, batchInputShape: [4, 3, 2], ...recurrent }),
  ),
  "gru, dropout": on([3, 2], () => tf.layers.gru({ units: 2, dropout: 0.3, recurrentDropout: 0.3, ...recurrent }), {
    random: true,
  }),
};

const squares: Loss = (targets, predictions) => tf.mean(tf.square(tf.sub(targets, predictions))) as Scalar;
/** Plain descent, as tf.train.sgd. */
const descent: Optimizer = {
  name: "descent",
  init: () => [],
  update: (gradients, _state, parameters, rate) => ({
    parameters: parameters.map((p, i) => tf.sub(p, tf.mul(gradients[i]!, rate))),
    state: [],
  }),
};

function build({ shapes, layer, whole, first }: Kind): LayersModel {
  const inputs = shapes.map((shape) => tf.input({ batchShape: [4, ...shape] }));
  // a layer with weights before it, so that gradients go through it
  const before = inputs.map((input) =>
    whole || first
      ? input
      : (tf.layers.prelu({ alphaInitializer: uniform(3) as never }).apply(input) as SymbolicTensor),
  );
  const made = layer().apply(before.length === 1 ? before[0]! : before) as SymbolicTensor;
  const flat = (made.shape.length > 2 ? tf.layers.flatten().apply(made) : made) as SymbolicTensor;
  const outputs = tf.layers.dense({ units: 2, kernelInitializer: uniform(9) }).apply(flat) as SymbolicTensor;
  return tf.model({ inputs, outputs });
}

const RATE = 0.05;
const weights = (model: LayersModel) => model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));

/** How a kind of layer does in a captured training: "as fit", "trains", or the line that refuses it, for one mode. */
export async function outcome(kind: Kind, compile: "graph" | "xla"): Promise<string> {
  const make = () => {
    try {
      return build(kind);
    } catch (error) {
      return error as Error;
    }
  };
  const [ours, theirs] = [make(), make()];
  if (ours instanceof Error || theirs instanceof Error) return `tfjs itself: ${firstLine(ours as Error)}`;
  const x = kind.shapes.map((shape, i) =>
    kind.whole
      ? tf.tensor([0, 1, 2, 3, 4, 3, 2, 1, 0, 4, 2, 3], [4, ...shape])
      : tf.randomNormal([4, ...shape], 0, 1, "float32", 5 + i),
  );
  const y = tf.randomNormal([4, 2], 0, 1, "float32", 11);
  theirs.compile({ optimizer: tf.train.sgd(RATE), loss: "meanSquaredError" });
  const steps = 4;
  try {
    for (let i = 0; i < steps; i++)
      await theirs.fit(x.length === 1 ? x[0]! : x, y, { batchSize: 4, shuffle: false, verbose: 0 });
  } catch (error) {
    return `tfjs's fit itself: ${firstLine(error as Error)}`;
  }
  const trainer = await captureTraining(ours, { compile, loss: squares, optimizer: descent });
  try {
    // what several steps a call need is the same in both modes, and compiling takes a second
    const single = compile === "xla" ? steps : 2;
    for (let i = 0; i < single; i++) trainer.step(x, y, RATE);
    const pairs = x.map((tensor) => tf.stack([tensor, tensor]));
    if (single < steps) trainer.steps(pairs, tf.stack([y, y]), [RATE, RATE]);
  } catch (error) {
    return `refused: ${firstLine(error as Error)}`;
  } finally {
    trainer.dispose();
  }
  const [got, want] = [weights(ours), weights(theirs)];
  if (kind.random) return got.every(Number.isFinite) ? "trains, with numbers of its own" : "not finite";
  const off = got.findIndex((value, i) => !(Math.abs(value - want[i]!) <= 1e-4 * Math.max(1, Math.abs(want[i]!))));
  return off < 0 ? "as fit" : `weight ${off} is ${got[off]}, by fit ${want[off]}`;
}

/** Without the numbers by which tfjs counts layers. */
const firstLine = (error: Error) => error.message.split("\n")[0]!.replace(/_[A-Z]\w*?\d+|_\d+\b/g, "");

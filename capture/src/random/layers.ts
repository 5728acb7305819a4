import type { Tensor } from "@tensorflow/tfjs-node";
import { activeRecorder, type Recorder } from "../recorder.js";
import { tf } from "../tensorflow.js";

/** What of tfjs's layers is used here; their types keep it private. */
interface Layer {
  name: string;
  rate: number;
  stddev: number;
  noiseShape: number[] | null;
  getNoiseShape(input: Tensor): number[] | null;
  stateful?: boolean;
}

/** A recurrent cell, which draws its masks once a sequence and keeps them. */
interface MaskedCell {
  dropoutFunc: ((ones: Tensor, rate: number) => Tensor) | null | undefined;
  dropoutMask: Tensor | Tensor[] | null;
  recurrentDropoutMask: Tensor | Tensor[] | null;
}

type Result = Tensor | Tensor[];
type Call = (this: object, inputs: Result, options?: { training?: boolean }) => Result;

/** What a class of layers does instead of its `call` while a function is recorded. */
interface Patch {
  /** the class's; asked for once */
  prototype: () => object;
  /** @param original the layer's own call of `inputs` */
  call(recorder: Recorder, layer: object, original: () => Result, inputs: Result, training: boolean): Result;
}

const prototypeOf = (example: () => object) => () => Object.getPrototypeOf(example());

/** A layer that is random in training. @param apply what it does then, as tfjs does it */
const noisy = (example: () => object, apply: (layer: Layer, input: Tensor, recorder: Recorder) => Tensor): Patch => ({
  prototype: prototypeOf(example),
  call(recorder, layer, original, inputs, training) {
    const { rate } = layer as Layer;
    const idle = rate !== undefined && !(rate > 0 && rate < 1);
    return training && !idle ? apply(layer as Layer, [inputs].flat()[0]!, recorder) : original();
  },
});

/** Cells that have drawn masks in the recording under way. */
const masked = new Set<MaskedCell>();

const masking = (example: () => object): Patch => ({
  prototype: prototypeOf(example),
  call(recorder, layer, original) {
    const cell = layer as MaskedCell;
    if (cell.dropoutFunc) return original();
    masked.add(cell);
    cell.dropoutFunc = (ones, rate) => dropped(ones, rate, recorder);
    try {
      return original();
    } finally {
      cell.dropoutFunc = null;
    }
  },
});

/** A layer whose call does something that a graph can't. */
const refused = (prototype: () => object, applies: (layer: Layer) => boolean, reason: string): Patch => ({
  prototype,
  call(recorder, layer, original) {
    if (applies(layer as Layer)) recorder.refuse(`capture: layer ${(layer as Layer).name} ${reason}`);
    return original();
  },
});

/** SELU's lower bound, -alpha * scale (Klambauer et al. 2017): what alpha dropout sets units to. */
const ALPHA_PRIME = -1.6732632423543772 * 1.0507009873554805;

const PATCHES: readonly Patch[] = [
  // spatial dropout is of this class too, with another noise shape
  noisy(
    () => tf.layers.dropout({ rate: 0.5 }),
    (layer, input, recorder) => dropped(input, layer.rate, recorder, layer.getNoiseShape(input)),
  ),
  noisy(
    () => tf.layers.gaussianNoise({ stddev: 1 }),
    ({ stddev }, input, recorder) => tf.add(tf.mul(recorder.draw("normal", input.shape), stddev), input),
  ),
  noisy(
    () => tf.layers.gaussianDropout({ rate: 0.5 }),
    ({ rate }, input, recorder) =>
      tf.mul(input, tf.add(tf.mul(recorder.draw("normal", input.shape), Math.sqrt(rate / (1 - rate))), 1)),
  ),
  noisy(
    () => tf.layers.alphaDropout({ rate: 0.5 }),
    ({ rate, noiseShape }, input, recorder) => {
      const kept = tf.cast(tf.greaterEqual(recorder.draw("uniform", noiseShape ?? input.shape), rate), "float32");
      const a = ((1 - rate) * (1 + rate * ALPHA_PRIME ** 2)) ** -0.5;
      const x = tf.add(tf.mul(input, kept), tf.mul(tf.sub(kept, 1), -ALPHA_PRIME));
      return tf.add(tf.mul(x, a), -a * ALPHA_PRIME * rate);
    },
  ),
  masking(() => tf.layers.simpleRNNCell({ units: 1 })),
  masking(() => tf.layers.gruCell({ units: 1 })),
  masking(() => tf.layers.lstmCell({ units: 1 })),
  masking(() => tf.layers.convLstm2dCell({ filters: 1, kernelSize: 1 })),
  refused(
    () => tf.RNN.prototype,
    ({ stateful }) => stateful === true,
    "is stateful, what it keeps from batch to batch would be frozen: make it stateless, and pass its state as an input",
  ),
  refused(
    () => Object.getPrototypeOf(tf.layers.randomWidth({ factor: 0.1 })),
    () => true,
    "gives images of another width each time, a graph has fixed shapes: resize images before",
  ),
];

let prototypes: { call: Call }[] | undefined;

/**
 * Lets tfjs's random layers draw inside the graph while a function is recorded, and refuses layers that can't.
 * @returns takes it back
 */
export function patchRandomLayers(): () => void {
  prototypes ??= PATCHES.map((patch) => patch.prototype() as { call: Call });
  const originals = prototypes.map(({ call }) => call);
  prototypes.forEach((prototype, i) => {
    prototype.call = function (inputs, options) {
      const recorder = activeRecorder();
      const original = () => originals[i]!.call(this, inputs, options);
      if (!recorder) return original();
      return PATCHES[i]!.call(recorder, this, original, inputs, options?.training === true);
    };
  });
  return () => {
    prototypes?.forEach((prototype, i) => {
      prototype.call = originals[i]!;
    });
    // masks of the recorded run, which tfjs keeps until the layer is used again
    for (const cell of masked) {
      tf.dispose([cell.dropoutMask ?? [], cell.recurrentDropoutMask ?? []].flat());
      Object.assign(cell, { dropoutMask: null, recurrentDropoutMask: null });
    }
    masked.clear();
  };
}

/** Inverted dropout (Srivastava et al. 2014). @param noiseShape of the mask, as a layer gives it; null: the input's */
function dropped(input: Tensor, rate: number, recorder: Recorder, noiseShape: number[] | null = null): Tensor {
  const shape = noiseShape ?? input.shape;
  const keep = 1 - rate;
  return tf.mul(input, tf.div(tf.floor(tf.add(recorder.draw("uniform", shape), keep)), keep));
}

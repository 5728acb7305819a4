import type { Tensor } from "@tensorflow/tfjs-node";
import type { Listener } from "../listener.js";
import { tf } from "../tensorflow.js";

/** What of tfjs's layers is used here; their types keep it private. */
interface NoiseLayer {
  rate: number;
  stddev: number;
  noiseShape: number[] | null;
  getNoiseShape(input: Tensor): number[] | null;
}

/** A recurrent cell, which draws its masks once a sequence and keeps them. */
interface MaskedCell {
  dropoutFunc: ((ones: Tensor, rate: number) => Tensor) | null | undefined;
  dropoutMask: Tensor | Tensor[] | null;
  recurrentDropoutMask: Tensor | Tensor[] | null;
}

type Call = (this: object, inputs: Tensor | Tensor[], options?: { training?: boolean }) => Tensor | Tensor[];
type Draw = Listener["draw"];

/** SELU's lower bound, -alpha * scale (Klambauer et al. 2017): what alpha dropout sets units to. */
const ALPHA_PRIME = -1.6732632423543772 * 1.0507009873554805;

/** Each kind of layer that is random in training, by a layer of that kind; what it does then, as tfjs does it. */
const NOISY: readonly [example: () => object, apply: (layer: NoiseLayer, input: Tensor, draw: Draw) => Tensor][] = [
  // spatial dropout is of this class too, with another noise shape
  [
    () => tf.layers.dropout({ rate: 0.5 }),
    (layer, input, draw) => dropped(input, layer.rate, draw, layer.getNoiseShape(input)),
  ],
  [
    () => tf.layers.gaussianNoise({ stddev: 1 }),
    ({ stddev }, input, draw) => tf.add(tf.mul(draw("normal", input.shape), stddev), input),
  ],
  [
    () => tf.layers.gaussianDropout({ rate: 0.5 }),
    ({ rate }, input, draw) =>
      tf.mul(input, tf.add(tf.mul(draw("normal", input.shape), Math.sqrt(rate / (1 - rate))), 1)),
  ],
  [
    () => tf.layers.alphaDropout({ rate: 0.5 }),
    ({ rate, noiseShape }, input, draw) => {
      const kept = tf.cast(tf.greaterEqual(draw("uniform", noiseShape ?? input.shape), rate), "float32");
      const a = ((1 - rate) * (1 + rate * ALPHA_PRIME ** 2)) ** -0.5;
      const x = tf.add(tf.mul(input, kept), tf.mul(tf.sub(kept, 1), -ALPHA_PRIME));
      return tf.add(tf.mul(x, a), -a * ALPHA_PRIME * rate);
    },
  ],
];

const CELLS: readonly (() => object)[] = [
  () => tf.layers.simpleRNNCell({ units: 1 }),
  () => tf.layers.gruCell({ units: 1 }),
  () => tf.layers.lstmCell({ units: 1 }),
  () => tf.layers.convLstm2dCell({ filters: 1, kernelSize: 1 }),
];

/** Layers whose call does something that a graph can't, and why. */
const REFUSED: readonly [prototype: () => object, applies: (layer: Refusable) => boolean, reason: string][] = [
  [
    () => tf.RNN.prototype,
    (layer) => layer.stateful === true,
    "is stateful, what it keeps from batch to batch would be frozen: make it stateless, and pass its state as an input",
  ],
  [
    () => Object.getPrototypeOf(tf.layers.randomWidth({ factor: 0.1 })),
    () => true,
    "gives images of another width each time, a graph has fixed shapes: resize images before",
  ],
];

interface Refusable {
  name: string;
  stateful?: boolean;
}

/** The classes' prototypes, found once. */
let prototypes: { noisy: { call: Call }[]; cells: { call: Call }[]; refused: { call: Call }[] } | undefined;

/**
 * Lets tfjs's random layers draw inside the graph while a function is recorded, and refuses layers that can't.
 * @returns takes it back
 */
export function patchRandomLayers(active: () => Listener | undefined): () => void {
  const of = (example: () => object) => Object.getPrototypeOf(example()) as { call: Call };
  prototypes ??= {
    noisy: NOISY.map(([example]) => of(example)),
    cells: CELLS.map(of),
    refused: REFUSED.map(([prototype]) => prototype() as { call: Call }),
  };
  const undo: (() => void)[] = [];
  const replace = (prototype: { call: Call }, call: (original: Call) => Call) => {
    const original = prototype.call;
    prototype.call = call(original);
    undo.push(() => {
      prototype.call = original;
    });
  };
  prototypes.noisy.forEach((prototype, i) => {
    replace(
      prototype,
      (original) =>
        function (inputs, options) {
          const recorder = active();
          const layer = this as NoiseLayer;
          const idle = layer.rate !== undefined && !(layer.rate > 0 && layer.rate < 1);
          if (!recorder || !options?.training || idle) return original.call(this, inputs, options);
          return NOISY[i]![1](layer, Array.isArray(inputs) ? inputs[0]! : inputs, recorder.draw.bind(recorder));
        },
    );
  });
  prototypes.refused.forEach((prototype, i) => {
    const [, applies, reason] = REFUSED[i]!;
    replace(
      prototype,
      (original) =>
        function (inputs, options) {
          const layer = this as Refusable;
          if (applies(layer)) active()?.refuse(`capture: layer ${layer.name} ${reason}`);
          return original.call(this, inputs, options);
        },
    );
  });
  const masked = new Set<MaskedCell>();
  for (const prototype of prototypes.cells) {
    replace(
      prototype,
      (original) =>
        function (inputs, options) {
          const [recorder, cell] = [active(), this as MaskedCell];
          if (!recorder || cell.dropoutFunc) return original.call(this, inputs, options);
          masked.add(cell);
          cell.dropoutFunc = (ones, rate) => dropped(ones, rate, recorder.draw.bind(recorder));
          try {
            return original.call(this, inputs, options);
          } finally {
            cell.dropoutFunc = null;
          }
        },
    );
  }
  return () => {
    for (const each of undo) each();
    // masks of the recorded run, which tfjs keeps until the layer is used again
    for (const cell of masked) {
      tf.dispose([cell.dropoutMask ?? [], cell.recurrentDropoutMask ?? []].flat());
      Object.assign(cell, { dropoutMask: null, recurrentDropoutMask: null });
    }
  };
}

/** Inverted dropout (Srivastava et al. 2014). @param noiseShape of the mask; null, or null on an axis: the input's */
function dropped(input: Tensor, rate: number, draw: Draw, noiseShape: (number | null)[] | null = null): Tensor {
  const shape = noiseShape?.length === input.rank ? noiseShape.map((size, d) => size ?? input.shape[d]!) : input.shape;
  const keep = 1 - rate;
  return tf.mul(input, tf.div(tf.floor(tf.add(draw("uniform", shape as number[]), keep)), keep));
}

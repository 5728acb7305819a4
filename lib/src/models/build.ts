import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkWhole, show, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { tf } from "../tensorflow/tf.js";
import { BiGruLayer } from "./bigru-layer.js";
import { type CnnConfig, type MemoryConfig, ModelConfig } from "./config.js";
import { GruLayer, LstmLayer } from "./gated-layer.js";
import { MemoryLayer } from "./memory-layer.js";
import { NtmLayer } from "./ntm-layer.js";
import { uniform } from "./weights.js";

/**
 * Builds a model whose outputs are logits, [batch, classes], or [batch, steps, classes] with answers at every step. Its
 * input is [batch, features] for an MLP and [batch, steps, features] for the sequence models.
 *
 * @param config see `ModelConfig`
 * @param seed of the initial weights: the same config and seed give the same weights
 * @returns an ordinary tf.LayersModel, not compiled; the caller disposes it
 * @throws UserError when config or seed are wrong, or the model would be too large
 */
export function buildModel(config: ModelConfig, seed: number): LayersModel {
  const model = check(ModelConfig, config, "model config");
  checkWhole("seed", seed, 0, 0xffffffff);
  checkSize(model);
  switch (model.kind) {
    case "mlp": {
      const layers = model.hidden.map((units, i) => {
        const inputs = i === 0 ? model.features : model.hidden[i - 1]!;
        return tf.layers.dense({
          ...dense(inputs, units, seed, `dense${i + 1}`),
          activation: "relu",
          ...(i === 0 ? { inputShape: [inputs] } : {}),
        });
      });
      return tf.sequential({ name: "mlp", layers: [...layers, logits(model.hidden.at(-1)!, model.classes, seed)] });
    }
    case "gru":
    case "lstm": {
      const { kind, steps, features, classes, ...own } = model;
      const layer = new (kind === "gru" ? GruLayer : LstmLayer)({ ...own, seed, name: kind });
      return sequenceModel(model, layer, own.hidden, seed);
    }
    case "bigru": {
      const layer = new BiGruLayer({ hidden: model.hidden, seed, name: "bigru" });
      return sequenceModel(model, layer, 2 * model.hidden * model.steps, seed, tf.layers.flatten());
    }
    case "cnn": {
      const layers = [...cnnLayers(model, seed), logits(cnnFeatures(model), model.classes, seed)];
      return tf.sequential({ name: "cnn", layers });
    }
    default: {
      const { steps, features, classes, ...own } = model;
      const layer =
        own.kind === "ntm"
          ? new NtmLayer({ ...own, seed, name: own.kind })
          : new MemoryLayer({ ...own, seed, name: own.kind });
      return sequenceModel(model, layer, layer.size, seed, undefined, nameOf(model));
    }
  }
}

/** The model's name: that of the published model for a Gaussian shift. */
function nameOf(model: MemoryConfig): string {
  return model.kind === "ntm" && "kind" in model.shift && model.shift.kind === "gaussian" ? "dms-ntm" : model.kind;
}

function checkSize(model: ModelConfig): void {
  const { of, values } = largestMatrix(model);
  if (values <= MOST_VALUES) return;
  const sizes = of.flatMap((name) => (name in model ? [`${name} is ${show(model[name as keyof ModelConfig])}`] : []));
  throw new UserError(
    `model config: ${sizes.join(", ")}: a tensor of ${values} values, expected at most ${MOST_VALUES}: make them smaller`,
  );
}

/**
 * A layer that reads the sequence, perhaps another that makes a vector of what it gives, then the logits.
 * @param size of a vector
 */
function sequenceModel(
  { kind, steps, features, classes }: { kind: string; steps?: number | undefined; features: number; classes: number },
  layer: tf.layers.Layer,
  size: number,
  seed: number,
  toVector?: tf.layers.Layer,
  name = kind,
): LayersModel {
  const input = tf.input({ shape: [steps ?? null, features] });
  const read = layer.apply(input) as tf.SymbolicTensor;
  const vector = toVector ? toVector.apply(read) : read;
  return tf.model({ name, inputs: input, outputs: logits(size, classes, seed).apply(vector) as tf.SymbolicTensor });
}

function dense(inputs: number, units: number, seed: number, name: string) {
  return {
    units,
    name,
    kernelInitializer: uniform(inputs, seed, `${name}/kernel`),
    biasInitializer: uniform(inputs, seed, `${name}/bias`),
  };
}

function logits(inputs: number, classes: number, seed: number) {
  return tf.layers.dense(dense(inputs, classes, seed, "logits"));
}

/** Kernel sizes of the convolutions, each with stride 2 and one zero put before and after. */
const KERNELS = [5, 3, 3];

/**
 * Layers of the convolutional network of MNIST-1D's authors up to the flattened features, [batch, cnnFeatures(config)].
 * As convolutions of a plane that is one wide: tfjs can't pad one axis alone by one on both sides.
 */
function cnnLayers({ steps, features, channels }: CnnConfig, seed: number) {
  return [
    tf.layers.reshape({ targetShape: [steps, 1, features], inputShape: [steps, features] }),
    ...KERNELS.flatMap((size, i) => {
      const name = `conv${i + 1}`;
      const fanIn = size * (i === 0 ? features : channels);
      return [
        tf.layers.zeroPadding2d({
          padding: [
            [1, 1],
            [0, 0],
          ],
        }),
        tf.layers.conv2d({
          name,
          filters: channels,
          kernelSize: [size, 1],
          strides: [2, 1],
          activation: "relu",
          kernelInitializer: uniform(fanIn, seed, `cnn/${name}/kernel`),
          biasInitializer: uniform(fanIn, seed, `cnn/${name}/bias`),
        }),
      ];
    }),
    tf.layers.flatten(),
  ];
}

/** Numbers that the convolutions leave of a sequence. */
function cnnFeatures({ steps, channels }: CnnConfig): number {
  return channels * KERNELS.reduce((length, size) => Math.floor((length + 2 - size) / 2) + 1, steps);
}

/**
 * Values of the largest tensor that is tried to be made, 1 GB of float32: more would fail half-way, or have the system
 * end the process.
 */
const MOST_VALUES = 2 ** 28;

/**
 * The largest of a model's matrices: which sizes it is the product of, by their names in the config, and how many
 * values it has.
 */
function largestMatrix(model: ModelConfig): { of: string[]; values: number } {
  const found = Object.entries(matrices(model)).map(([names, values]) => ({ of: names.split(" "), values }));
  return found.reduce((a, b) => (b.values > a.values ? b : a));
}

function matrices(model: ModelConfig): Record<string, number> {
  if (model.kind === "mlp") {
    const sizes = [model.features, ...model.hidden, model.classes];
    return { "features hidden classes": Math.max(...sizes.slice(1).map((size, i) => size * sizes[i]!)) };
  }
  if (model.kind === "cnn") {
    const { channels, features, steps, classes } = model;
    return {
      "features channels": 5 * features * channels,
      channels: 3 * channels ** 2,
      "steps channels classes": steps * channels * classes,
    };
  }
  const { features, hidden, classes } = model;
  const controller = "controller" in model ? model.controller : model.kind;
  const gates = controller === "feedforward" ? 1 : controller === "lstm" ? 4 : 3;
  const recurrent = {
    "features hidden": gates * features * hidden,
    // one without a state has no such matrix
    ...(controller === "feedforward" ? {} : { hidden: gates * hidden ** 2 }),
    "hidden classes": hidden * classes,
  };
  if (model.kind === "bigru") return { ...recurrent, "steps hidden classes": 2 * model.steps * hidden * classes };
  if (model.kind === "dnc") {
    const { slots, width, readHeads = 1 } = model;
    return {
      ...recurrent,
      slots: slots ** 2,
      "hidden width readHeads": hidden * (readHeads + 3) * width,
      "slots width": slots * width,
    };
  }
  if (model.kind === "lie-access") {
    const { slots = 1, width, readHeads = 1 } = model;
    return { ...recurrent, "hidden width readHeads": hidden * (width + 5 * readHeads), "slots width": slots * width };
  }
  if (model.kind !== "ntm") return recurrent;
  const { slots, width, readHeads = 1, writeHeads = 1 } = model;
  return {
    ...recurrent,
    "slots width": slots * width,
    "hidden width readHeads writeHeads": hidden * (readHeads + 3 * writeHeads) * width,
    "slots readHeads writeHeads": slots * (readHeads + writeHeads),
  };
}

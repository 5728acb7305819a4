import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkWhole, show, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { tf } from "../tensorflow/tf.js";
import { BiGruLayer } from "./bigru-layer.js";
import { cnnFeatures, cnnLayers } from "./cnn.js";
import { type MemoryConfig, ModelConfig } from "./config.js";
import { GruLayer } from "./gru-layer.js";
import { uniform } from "./initializers.js";
import { LstmLayer } from "./lstm-layer.js";
import { MemoryLayer } from "./memory-layer.js";
import { NtmLayer } from "./ntm-layer.js";
import { largestMatrix, MOST_VALUES } from "./size.js";

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
    case "gru": {
      const { hidden, answers, initial } = model;
      return sequenceModel(model, new GruLayer({ hidden, answers, initial, seed, name: "gru" }), hidden, seed);
    }
    case "lstm": {
      const { hidden, forgetBias, answers, initial } = model;
      return sequenceModel(
        model,
        new LstmLayer({ hidden, forgetBias, answers, initial, seed, name: "lstm" }),
        hidden,
        seed,
      );
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

import type { LayersModel } from "@tensorflow/tfjs-node";
import { check } from "../check.js";
import { tf } from "../tensorflow.js";
import { ModelConfig } from "./config.js";
import { GruLayer } from "./gru-layer.js";
import { uniform } from "./initializers.js";
import { NtmLayer, ntmOutputs } from "./ntm-layer.js";

/**
 * Builds a model whose outputs are logits, [batch, classes]. Its input is [batch, features] for an MLP and [batch, steps, features] for
 * the sequence models.
 *
 * @param config see `ModelConfig`
 * @param seed of the initial weights: the same config and seed give the same weights
 * @throws UserError when the config is wrong
 */
export function buildModel(config: ModelConfig, seed: number): LayersModel {
  const model = check(ModelConfig, config, "model config");
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
      const input = tf.input({ shape: [model.steps, model.features] });
      const hidden = new GruLayer({ hidden: model.hidden, seed, name: "gru" }).apply(input);
      return tf.model({
        name: "gru",
        inputs: input,
        outputs: logits(model.hidden, model.classes, seed).apply(hidden) as never,
      });
    }
    case "ntm": {
      const { kind, steps, features, classes, ...layer } = model;
      const input = tf.input({ shape: [steps, features] });
      const last = new NtmLayer({ ...layer, seed, name: kind }).apply(input);
      const name = layer.shift.kind === "gaussian" ? "dms-ntm" : "ntm";
      return tf.model({ name, inputs: input, outputs: logits(ntmOutputs(layer), classes, seed).apply(last) as never });
    }
  }
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

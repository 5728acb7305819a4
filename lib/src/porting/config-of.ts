import { isDeepStrictEqual } from "node:util";
import type { LayersModel } from "@tensorflow/tfjs-node";
import { models } from "../models/config.js";
import { BiGruLayer, buildModel, checkModel, GruLayer, LstmLayer, MemoryLayer, ModelConfig } from "../models/index.js";
import { UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import type { tf } from "../tensorflow/tf.js";

type Layer = tf.layers.Layer;

/** The layers without a memory that read a sequence, by the kind of their models; a memory's says its kind itself. */
const SEQUENCE_LAYERS = { gru: GruLayer, lstm: LstmLayer, bigru: BiGruLayer };

/**
 * The config that `buildModel` made a model from: one built, trained, or loaded by `tf.loadLayersModel`.
 *
 * @throws UserError when the model isn't one that `buildModel` makes
 */
export function modelConfigOf(model: LayersModel): ModelConfig {
  checkModel(model);
  const stranger = () =>
    new UserError(`model ${model.name} is not one that buildModel makes, which the weights' names are known of`);
  const result = ModelConfig.safeParse(guess(model));
  if (!result.success) throw stranger();
  const config = check(ModelConfig, result.data, "model config");
  const made = buildModel(config, 0);
  try {
    if (!isDeepStrictEqual(outline(made), outline(model))) throw stranger();
  } finally {
    made.dispose();
  }
  return config;
}

/** The config as the layers' own tell it; whether it is one, and the model's, is looked at above. */
function guess(model: LayersModel): unknown {
  const [, ...input] = model.inputs[0]!.shape;
  const [steps, features] = input;
  const classes = model.layers.at(-1)!.getConfig().units;
  const sizes = { ...(steps === null ? {} : { steps }), features, classes };
  const find = (Kind: unknown) => model.layers.find((layer) => layer instanceof (Kind as typeof MemoryLayer));
  for (const [kind, Layer] of Object.entries({ ...SEQUENCE_LAYERS, memory: MemoryLayer })) {
    const own = find(Layer)?.getConfig();
    if (!own) continue;
    const config = { kind, ...own };
    const keys = Object.entries(config).filter(([key]) => key in models.find(config.kind)!.config.shape);
    return { ...Object.fromEntries(keys), ...sizes };
  }
  const convolution = model.layers.find((layer) => layer.getClassName() === "Conv2D");
  if (convolution) {
    return { kind: "cnn", steps, features, channels: convolution.getConfig().filters, classes };
  }
  const hidden = model.layers.slice(0, -1).map((layer) => layer.getConfig().units);
  return { kind: "mlp", features: input[0], hidden, classes };
}

/** What two models of one config have in common. */
function outline(model: LayersModel) {
  const of = (layer: Layer) => [
    layer.getClassName(),
    layer.getConfig().activation,
    layer.weights.map((weight) => [lastName(weight.originalName), weight.shape]),
  ];
  return model.layers.map(of);
}

/** A weight's name in its layer. */
export function lastName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

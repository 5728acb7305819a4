import { isDeepStrictEqual } from "node:util";
import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkModel } from "../models/check-model.js";
import { BiGruConfig, CnnConfig, GruConfig, LstmConfig, MlpConfig, memoryKeys } from "../models/config.js";
import { BiGruLayer, buildModel, GruLayer, LstmLayer, MemoryLayer, ModelConfig } from "../models/index.js";
import { UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import type { tf } from "../tensorflow/tf.js";

type Layer = tf.layers.Layer;

/** The layers without a memory that read a sequence, and the configs of their models. */
const SEQUENCE_LAYERS = [
  [GruLayer, GruConfig],
  [LstmLayer, LstmConfig],
  [BiGruLayer, BiGruConfig],
] as const;

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

function guess(model: LayersModel): unknown {
  const [, ...input] = model.inputs[0]!.shape;
  const logits = model.layers.at(-1)!.getConfig();
  const classes = logits.units;
  for (const [Kind, schema] of SEQUENCE_LAYERS) {
    const layer = model.layers.find((candidate) => (candidate as unknown) instanceof Kind);
    if (!layer) continue;
    const [steps, features] = input;
    const own = Object.entries(layer.getConfig()).filter(([key]) => key in schema.shape);
    return {
      ...Object.fromEntries(own),
      kind: schema.shape.kind.value,
      ...(steps === null ? {} : { steps }),
      features,
      classes,
    };
  }
  const memory = model.layers.find((layer) => (layer as unknown) instanceof MemoryLayer);
  if (memory) {
    const [steps, features] = input;
    const config = memory.getConfig();
    const keys = memoryKeys(config.kind as string);
    const own = Object.entries(config).filter(([key]) => keys.includes(key));
    return { ...Object.fromEntries(own), ...(steps === null ? {} : { steps }), features, classes };
  }
  const convolution = model.layers.find((layer) => layer.getClassName() === "Conv2D");
  if (convolution) {
    const [steps, features] = input;
    return { kind: CnnConfig.shape.kind.value, steps, features, channels: convolution.getConfig().filters, classes };
  }
  const hidden = model.layers.slice(0, -1).map((layer) => layer.getConfig().units);
  return { kind: MlpConfig.shape.kind.value, features: input[0], hidden, classes };
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

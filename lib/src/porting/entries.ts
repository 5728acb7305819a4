import { isDeepStrictEqual } from "node:util";
import type { LayersModel } from "@tensorflow/tfjs-node";
import { models } from "../models/config.js";
import { BiGruLayer, buildModel, checkModel, GruLayer, LstmLayer, MemoryLayer, ModelConfig } from "../models/index.js";
import { LINEAR, snake, weightName } from "../models/weight-name.js";
import { UserError } from "../support/user-error.js";
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
  const { data: config } = ModelConfig.safeParse(guess(model));
  if (!config) throw stranger();
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
function lastName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

type Weight = LayersModel["layers"][number]["weights"][number];

/**
 * How PyTorch keeps a weight: the weight taken as `from`, its axes in the order `axes`, and taken as `shape`.
 */
interface Layout {
  from: number[];
  axes: number[];
  shape: number[];
}

/** A weight of a model under its name in a state_dict. */
export interface Entry {
  name: string;
  weight: Weight;
  layout: Layout;
}

/** Of a recurrent cell: what PyTorch's cells call them. */
const CELL: Record<string, string> = {
  kernel: "weight_ih",
  recurrentKernel: "weight_hh",
  bias: "bias_ih",
  recurrentBias: "bias_hh",
};

/** Every weight of a model with its name in a state_dict. */
export function entriesOf(model: LayersModel): Entry[] {
  const config = modelConfigOf(model);
  const layers = model.layers.filter((layer) => layer.weights.length > 0);
  return layers.flatMap((layer, l) => {
    const answer = l === layers.length - 1;
    return layer.weights.map((weight) => {
      const own = lastName(weight.originalName);
      const layout =
        answer && own === "kernel" && config.kind === "cnn"
          ? channelsFirst(weight, config.channels)
          : plain(weight, config);
      return { name: answer ? answerName(config, l, own) : layerName(config, layer.name, l, own), weight, layout };
    });
  });
}

function answerName(config: ModelConfig, l: number, own: string): string {
  return config.kind === "mlp" ? `${2 * l}.${LINEAR[own]}` : `output.${LINEAR[own]}`;
}

function layerName(config: ModelConfig, layer: string, l: number, own: string): string {
  switch (config.kind) {
    case "mlp":
      // an nn.Sequential has a ReLU after each linear layer
      return `${2 * l}.${LINEAR[own]}`;
    case "cnn":
      return `${layer}.${LINEAR[own]}`;
    case "gru":
    case "lstm":
      return CELL[own] ? `${config.kind}.${CELL[own]}_l0` : snake(own);
    case "bigru": {
      const backward = own.startsWith("backward");
      const cell = own.slice((backward ? "backward" : "forward").length);
      return `gru.${CELL[cell[0]!.toLowerCase() + cell.slice(1)]}_l0${backward ? "_reverse" : ""}`;
    }
    default: {
      // a memory: its controller's weights, then the linear layers', by the layer's name
      const controller = config.controller === "feedforward" ? LINEAR : CELL;
      return controller[own] ? `controller.${controller[own]}` : weightName(own);
    }
  }
}

function plain({ shape, originalName }: Weight, { kind }: ModelConfig): Layout {
  const sizes = shape as number[];
  const own = lastName(originalName);
  // a convolution, [size, 1, inputs, outputs]; a memory of one's own may have weights of any form
  if (sizes.length === 4 && kind === "cnn")
    return { from: sizes, axes: [3, 2, 0, 1], shape: [sizes[3]!, sizes[2]!, sizes[0]!] };
  if (/kernel$/i.test(own) && sizes.length === 2) return { from: sizes, axes: [1, 0], shape: [sizes[1]!, sizes[0]!] };
  return { from: sizes, axes: sizes.map((_, axis) => axis), shape: sizes };
}

/**
 * Of the linear layer after flattened convolutions: PyTorch's have the channels before the places, tfjs's after them.
 */
function channelsFirst({ shape }: Weight, channels: number): Layout {
  const [inputs, classes] = shape as [number, number];
  return { from: [inputs / channels, channels, classes], axes: [2, 1, 0], shape: [classes, inputs] };
}

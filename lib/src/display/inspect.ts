import { inspect } from "node:util";
import type { LayersModel, SymbolicTensor, Tensor } from "@tensorflow/tfjs-node";
import { CapturedTrainer } from "../capture.js";
import { RandomState } from "../dataset/index.js";
import { tf } from "../tensorflow/tf.js";
import { layoutTable } from "./table.js";
import { tableText } from "./table-text.js";

/** Values that are shown where a tensor stands inside something else. */
const INLINE = 6;

/**
 * Says how instances of a class are printed by console.log and below a notebook's cell; `inner` inside of something
 * else.
 */
function printed<T extends object>(type: { prototype: T }, text: (value: T, inner: boolean) => string): void {
  Object.defineProperty(type.prototype, inspect.custom, {
    configurable: true,
    value(this: T, depth: number): string {
      return text(this, depth < 2);
    },
  });
}

const axes = (shape: readonly (number | null)[]): string => `[${shape.map((size) => size ?? "?").join(", ")}]`;

const count = (n: number): string => `${n.toLocaleString("en-US")} ${n === 1 ? "parameter" : "parameters"}`;

function tensorText(tensor: Tensor, inner: boolean): string {
  const { name } = tensor as Tensor & { name?: string };
  const head = `${tensor.constructor.name}${name ? ` "${name}"` : ""} ${tensor.dtype} ${axes(tensor.shape)}`;
  if (tensor.isDisposed) return `${head}, disposed`;
  if (inner && tensor.size > INLINE) return head;
  try {
    const lines = tensor.toString().split("\n").slice(1);
    const indent = lines[0]!.search(/\S/);
    const text = lines.map((line) => line.slice(indent)).join("\n");
    const values = tensor.dtype === "string" ? text : text.replace(/\],(?=\])/g, "]"); // a comma of tfjs's behind a single row
    return inner ? `${head} ${values.replace(/\s+/g, " ")}` : `${head}${spread(tensor)}\n${values}`;
  } catch {
    return `${head}, without values yet`; // while it is recorded
  }
}

/** Of many values the smallest, the mean and the largest, and how many are no numbers. */
function spread(tensor: Tensor): string {
  if (tensor.size <= 20 || tensor.dtype === "string" || tensor.dtype === "complex64") return "";
  const values = tensor.dataSync<"float32">();
  let [least, most, sum, bad] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of values) {
    if (Number.isFinite(value)) {
      least = Math.min(least, value);
      most = Math.max(most, value);
      sum += value;
    } else bad++;
  }
  const part = (value: number) => String(Number(value.toPrecision(4)));
  const range =
    bad < values.length ? `, ${part(least)} to ${part(most)}, mean ${part(sum / (values.length - bad))}` : "";
  return `${range}${bad > 0 ? `, ${bad.toLocaleString("en-US")} not finite` : ""}`;
}

type Layer = LayersModel["layers"][number];

const outputOf = (layer: Layer): string => {
  // of a layer that is called with inputs of several shapes `outputShape` throws
  const calls = layer.inboundNodes.map(({ outputShapes }) => JSON.stringify(outputShapes));
  if (new Set(calls).size > 1) return "several shapes";
  const shape = layer.outputShape as (number | null)[] | (number | null)[][];
  return Array.isArray(shape[0])
    ? (shape as (number | null)[][]).map(axes).join(" ")
    : axes(shape as (number | null)[]);
};

const kindOf = (value: object): string => value.constructor.name;

function layerText(layer: Layer): string {
  const output = layer.inboundNodes.length > 0 ? ` → ${outputOf(layer)}` : "";
  return `${kindOf(layer)} "${layer.name}"${output}${layer.built ? `, ${count(layer.countParams())}` : ""}`;
}

function modelText(model: LayersModel, inner: boolean): string {
  const built = model.layers.length > 0 && model.layers.every((layer) => layer.built);
  const parameters = built ? model.layers.reduce((sum, layer) => sum + layer.countParams(), 0) : 0;
  const head = `${kindOf(model)} "${model.name}"${built ? `, ${count(parameters)}` : ""}`;
  if (inner || !built) return head;
  const rows = model.layers.map((layer) => {
    return { layer: layer.name, kind: kindOf(layer), output: outputOf(layer), parameters: layer.countParams() };
  });
  return `${head}\n${tableText(layoutTable(rows, { rows: 30 }))}`;
}

function trainerText(trainer: CapturedTrainer): string {
  const { optimizer, objective, mode } = trainer as unknown as {
    optimizer: { name: string };
    objective: { losses: readonly { name: string }[] };
    mode: string;
  };
  const losses = [...new Set(objective.losses.map(({ name }) => name))].filter((name) => name !== "");
  const parts = [
    modelText(trainer.model, true),
    optimizer.name,
    ...(losses.length > 0 ? [`loss ${losses.join(", ")}`] : []),
    `compile ${mode}`,
  ];
  return `Trainer of ${parts.join(", ")}`;
}

function symbolText(tensor: SymbolicTensor): string {
  return `SymbolicTensor "${tensor.name}" ${tensor.dtype} ${axes(tensor.shape)}`;
}

/**
 * Tensors, layers, models, trainers and random states say what they are in a few lines, instead of a page of their
 * inner parts.
 */
export function installInspection(): void {
  printed(tf.Tensor, tensorText);
  printed(tf.SymbolicTensor, symbolText);
  printed(tf.layers.Layer as unknown as { prototype: Layer }, layerText);
  printed(tf.LayersModel, modelText);
  printed(tf.Optimizer, (optimizer) => {
    const settings = Object.entries(optimizer.getConfig()).map(([key, value]) => `${key} ${value}`);
    return `${optimizer.getClassName()}(${settings.join(", ")})`;
  });
  printed(CapturedTrainer, trainerText);
  printed(RandomState, (random) => `RandomState(seed ${random.seed})`);
}

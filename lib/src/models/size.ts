import type { ModelConfig } from "./config.js";

/**
 * Values of the largest tensor that is tried to be made, 1 GB of float32: more would fail half-way, or have the system
 * end the process.
 */
export const MOST_VALUES = 2 ** 28;

/**
 * The largest of a model's matrices: which sizes it is the product of, by their names in the config, and how many
 * values it has.
 */
export function largestMatrix(model: ModelConfig): { of: string[]; values: number } {
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
  const gates = model.kind === "lstm" || ("controller" in model && model.controller === "lstm") ? 4 : 3;
  const recurrent = {
    "features hidden": gates * features * hidden,
    hidden: gates * hidden ** 2,
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

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LayersModel, Scalar, Tensor, Tensor3D, Variable } from "@tensorflow/tfjs-node";
import { z } from "zod";
import { type NtmLayer, ntmLayer } from "../models/index.js";
import { readJson } from "../support/files.js";
import { UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { tf } from "../tensorflow/tf.js";
import { softmaxCrossEntropy, type TrainingSet } from "../training/index.js";
import { Runner } from "./run.js";
import { count, type RunRecord } from "./schema.js";
import { versions } from "./versions.js";

const size = z.number().min(0);

/**
 * Of each group of a head's outputs the largest absolute gradient of the loss with respect to its weights and biases,
 * over both heads.
 */
const Gradients = z.strictObject({
  key: size,
  strength: size,
  gate: size,
  shift: size,
  sharpening: size,
  erase: size,
  add: size,
});

/** How far the slots of a trained memory model are from being all the same, at worst over heads, steps and samples. */
const Measured = z.strictObject({
  /** largest |N w - 1|: 0 where every weighting is uniform and sums to 1 */
  deviation: size,
  /** largest N (max w - min w): 0 where all slots have the same weight, whatever it is */
  betweenSlots: size,
  /** smallest sum of a weighting: below 1 where sharpening has lost weight */
  total: size,
  /** largest |M_i - M_0|: 0 where all slots hold the same */
  memory: size,
  gradients: Gradients,
});

/** @internal */
export const DegeneracyRecord = z.strictObject({
  format: z.literal(1),
  protocol: z.string(),
  /** test samples that it was measured on */
  samples: count,
  versions: z.record(z.string(), z.string()),
  runs: z
    .array(
      z.strictObject({
        name: z.string(),
        seed: z.number().int().min(0),
        learningRate: z.number().positive(),
        testAccuracy: z.number().min(0).max(1),
        ...Measured.shape,
      }),
    )
    .min(1),
});
/**
 * What was measured of the published memory models, each trained as in its run record, and what it was made with.
 * `DegeneracyRecord.parse(value)` checks one.
 */
export interface DegeneracyRecord extends z.infer<typeof DegeneracyRecord> {}

/** How far the slots of one model ever differ, and how much its parameters matter. @internal */
export interface Degeneracy extends z.infer<typeof Measured> {}

/**
 * Measures a memory model on a set of samples.
 *
 * @param model with one NtmLayer of one read head and one write head, as `buildModel` makes it; logits of classes
 * @returns the worst over heads, steps and samples, each at least 0
 * @throws UserError when it has no NtmLayer, or more heads
 * @internal
 */
export function measureDegeneracy(model: LayersModel, set: TrainingSet): Degeneracy {
  const layer = ntmLayer(model);
  const { readHeads, writeHeads } = layer.heads;
  if (readHeads + writeHeads > 2) {
    throw new UserError(
      `model ${model.name} has ${readHeads} read and ${writeHeads} write heads, expected one of each`,
    );
  }
  let measured: Degeneracy | undefined;
  // nothing is returned from the tidy, and so nothing kept
  tf.tidy(() => {
    const x = tf.tensor(set.x, [set.labels.length, ...set.shape]);
    const labels = tf.tensor1d(set.labels, "int32");
    const loss = () => softmaxCrossEntropy(labels, model.apply(x) as Tensor);
    measured = { ...slotDifferences(layer, x as Tensor3D), gradients: headGradients(layer, loss) };
  });
  return check(Measured, measured, "measured degeneracy");
}

function slotDifferences(layer: NtmLayer, x: Tensor3D): Omit<Degeneracy, "gradients"> {
  const worst = { deviation: 0, betweenSlots: 0, total: Number.POSITIVE_INFINITY, memory: 0 };
  for (const { heads, state } of layer.trace(x)) {
    const { weights } = heads;
    const slots = weights.shape[2];
    const spread = tf.mul(tf.sub(tf.max(weights, 2), tf.min(weights, 2)), slots);
    const first = tf.slice(state.memory, [0, 0, 0], [-1, 1, -1]);
    worst.deviation = Math.max(worst.deviation, largest(tf.sub(tf.mul(weights, slots), 1)));
    worst.betweenSlots = Math.max(worst.betweenSlots, largest(spread));
    worst.total = Math.min(worst.total, tf.min(tf.sum(weights, 2)).dataSync()[0]!);
    worst.memory = Math.max(worst.memory, largest(tf.sub(state.memory, first)));
  }
  return worst;
}

function headGradients(layer: NtmLayer, loss: () => Scalar): Degeneracy["gradients"] {
  const variables = ["readKernel", "readBias", "writeKernel", "writeBias"].map((name) => weightOf(layer, name));
  const { grads } = tf.variableGrads(loss, variables);
  // [inputs, outputs], a bias as one row
  const gradients = variables.map((variable) => {
    const gradient = grads[variable.name]!;
    return tf.reshape(gradient, [-1, gradient.shape.at(-1)!]);
  });
  const largestIn = ([start, end]: readonly [number, number]) => {
    // the read head has no erase and add
    const having = gradients.filter((gradient) => gradient.shape[1]! >= end);
    return Math.max(...having.map((gradient) => largest(tf.slice(gradient, [0, start], [-1, end - start]))));
  };
  const parts = partsOf(layer);
  const names = Object.keys(parts) as (keyof typeof parts)[];
  return Object.fromEntries(names.map((part) => [part, largestIn(parts[part])])) as Degeneracy["gradients"];
}

function largest(tensor: Tensor): number {
  return tf.max(tf.abs(tensor)).dataSync()[0]!;
}

/**
 * The columns [start, end) of each part of a head's linear output, in the order in which `headParameters` and `ntmStep`
 * split it.
 */
function partsOf(layer: NtmLayer): Record<keyof Degeneracy["gradients"], [number, number]> {
  const width = layer.getConfig().width as number;
  const outputs = [layer.heads.shift].flat().map((shift) => shift.outputs);
  if (new Set(outputs).size > 1)
    throw new UserError(`the heads of ${layer.name} have different shifts, expected the same`);
  const sizes = { key: width, strength: 1, gate: 1, shift: outputs[0]!, sharpening: 1, erase: width, add: width };
  let start = 0;
  const parts = Object.entries(sizes).map(([part, columns]) => {
    start += columns;
    return [part, [start - columns, start]];
  });
  return Object.fromEntries(parts) as Record<keyof Degeneracy["gradients"], [number, number]>;
}

function weightOf(layer: NtmLayer, name: string): Variable {
  const weight = layer.weights.find(({ originalName }) => originalName.split("/").at(-1) === name);
  if (!weight) throw new Error(`the NTM layer has no weight ${name}`);
  // tfjs-layers keeps its variables behind a private field
  return (weight as unknown as { val: Variable }).val;
}

/** Where a folder of records keeps what was measured. @internal */
export function degeneracyPath(folder: string): string {
  return join(folder, "degeneracy.json");
}

/** What was measured, or null when it wasn't. @throws UserError when the file is damaged @internal */
export function readDegeneracy(folder: string): DegeneracyRecord | null {
  const path = degeneracyPath(folder);
  if (!existsSync(path)) return null;
  const again = "make it again with `make degeneracy`";
  const value = readJson(path, again);
  try {
    return check(DegeneracyRecord, value, path);
  } catch (error) {
    throw new UserError(`${(error as Error).message}: ${again}`);
  }
}

/**
 * Trains the NTMs of these records again, each with its record's seed and chosen learning rate, which gives
 * the same weights without the search, and measures them on the test set.
 *
 * @param records of one protocol; those of other models are passed over
 * @param onRun called before each run
 * @throws UserError when none is of an NTM; the signal's reason when it aborts
 * @internal
 */
export async function degeneracyOf(
  records: readonly RunRecord[],
  onRun: (done: number, total: number, record: RunRecord) => void = () => undefined,
  signal?: AbortSignal,
): Promise<DegeneracyRecord> {
  const chosen = records.filter(({ config }) => config.model.kind === "ntm");
  if (!chosen[0]) throw new UserError("none of the records is of an NTM");
  const runner = new Runner();
  const runs: DegeneracyRecord["runs"] = [];
  try {
    for (const record of chosen) {
      onRun(runs.length, chosen.length, record);
      const { name, seed, protocol, learningRate } = record;
      const config = { ...record.config, training: { ...record.config.training, learningRate } };
      const { result } = await runner.run({ protocol, name, seed, config }, signal ? { signal } : {});
      const measured = measureDegeneracy(runner.model(config.model)!, runner.sets(config).test);
      runs.push({ name, seed, learningRate, testAccuracy: result.testAccuracy, ...measured });
    }
  } finally {
    runner.dispose();
  }
  return { format: 1, protocol: chosen[0].protocol, samples: chosen[0].result.of, versions: versions(), runs };
}

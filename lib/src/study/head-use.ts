import type { Tensor, Tensor3D } from "@tensorflow/tfjs-node";
import { RandomState } from "../dataset/index.js";
import { headNames, memoryLayer } from "../models/index.js";
import { type Task, taskBatch } from "../tasks/index.js";
import { tf } from "../tensorflow/tf.js";
import { type Trainer, taskTensors } from "../training/index.js";
import type { HeadUse } from "./task-schema.js";

/** Sequences that are looked at. */
const SEQUENCES = 64;
/** What stands for infinity. */
const MOST = 1e308;

/**
 * What a trained model's heads say to their shifts, and how far they spread, over fresh sequences of the longest length
 * of the training; the same sequences for every model.
 *
 * @returns a row a head, parameter and phase; none for a model without a memory
 */
export function headUse(trainer: Trainer, task: Task): HeadUse[] {
  const longest = task.lengths[1];
  const random = RandomState.stream(0, `heads/${task.name}`);
  const drawn = taskBatch(task, random, { batch: SEQUENCES, lengths: [longest, longest] });
  const layer = memoryLayer(trainer.model);
  const names = headNames(layer);
  /** values by head, parameter and phase, each a list of the parameter's parts */
  const found = new Map<string, { row: Pick<HeadUse, "head" | "parameter" | "due">; parts: number[][] }>();
  tf.tidy(() => {
    layer.trace(taskTensors(task, drawn).x as Tensor3D).forEach(({ heads }, step) => {
      const { weights, parameters } = heads;
      const all = { ...gateOf(heads), spread: spreadOf(weights), ...parameters };
      for (const [parameter, tensor] of Object.entries(all)) {
        const values = tensor.arraySync() as number[][][];
        values.forEach((ofRow, row) => {
          const due = drawn.mask[row * drawn.steps + step] === 1;
          ofRow.forEach((parts, h) => {
            // NaN where a head has no such parameter, or less of it
            const own = parts.filter((value) => !Number.isNaN(value));
            if (own.length === 0) return;
            const head = names[h]!;
            const key = `${head} ${parameter} ${due}`;
            const entry = found.get(key) ?? { row: { head, parameter, due }, parts: own.map(() => []) };
            found.set(key, entry);
            own.forEach((value, part) => void entry.parts[part]!.push(value));
          });
        });
      }
    });
  });
  return [...found.values()].map(({ row, parts }) => {
    const sorted = parts.map((values) => values.sort((a, b) => a - b));
    const at = (share: number) => sorted.map((values) => rounded(values[Math.round(share * (values.length - 1))]!));
    return { ...row, low: at(0.1), median: at(0.5), high: at(0.9) };
  });
}

/** An NTM's heads have a gate besides what their shifts say. */
const gateOf = (heads: object): { gate?: Tensor } => ("gate" in heads ? { gate: heads.gate as Tensor } : {});

/** Over how many slots a weighting spreads: the exponential of its entropy, [batch, heads, 1]. */
function spreadOf(weights: Tensor3D): Tensor {
  const log = tf.log(tf.add(weights, 1e-30));
  return tf.exp(tf.neg(tf.sum(tf.mul(weights, log), -1, true)));
}

/** Four digits; JSON has no infinity. */
const rounded = (value: number) => Math.max(-MOST, Math.min(MOST, Number(value.toPrecision(4))));

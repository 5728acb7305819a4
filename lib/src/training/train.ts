import { setImmediate as nextTurn } from "node:timers/promises";
import type { Tensor } from "@tensorflow/tfjs-node";
import { checkTrainer } from "tfjs-capture/dist/src/training/trainer.js";
import { z } from "zod";
import type { Schedule, Trainer } from "../capture.js";
import type { RandomState } from "../dataset/index.js";
import { cellSignal } from "../support/cell-signal.js";
import { sayingCompiling } from "../support/compiling.js";
import { checkWhole } from "../support/user-error.js";
import { check, functionThat, objectWith } from "../support/validate.js";
import { tf } from "../tensorflow/tf.js";
import type { Augment } from "./augment.js";
import { checkLosses } from "./diverged.js";
import { anything, commonKeys, rates, STEPS_A_CALL } from "./options.js";
import { tensorboardLog } from "./tensorboard.js";
import { type Batch, checkFits, checkSet, gather, type TrainingSet } from "./training-set.js";

/** How a model is trained on a set of samples. */
export interface TrainOptions {
  epochs: number;
  batchSize: number;
  /** one for all steps, or a schedule of them */
  learningRate: number | Schedule;
  /** gives the order of the samples, a new one each epoch */
  order: RandomState;
  /** changes the samples of each batch before it is trained on; see `augmentation` */
  augment?: Augment;
  /** called after each epoch; awaited */
  onEpoch?: (epoch: { epoch: number; trainLoss: number }) => void | Promise<void>;
  /**
   * folder for TensorBoard: "loss/train" and "learning_rate" (of the last batch) after each epoch; see `tensorboardLog`
   */
  tensorboard?: string;
  /** stops the training between two batches; if not given, the notebook's stop button does */
  signal?: AbortSignal;
}

const TrainKeys = z.strictObject({
  ...commonKeys,
  epochs: anything,
  batchSize: anything,
  order: objectWith(["permutation"], "a RandomState"),
  augment: functionThat("(values, rows) changes a batch in place").optional(),
  onEpoch: functionThat("is called after each epoch").optional(),
});

/**
 * Trains for a number of epochs over all samples, shuffled each epoch; the last batch may be smaller. Annealed layers
 * are told the progress between two calls of compiled steps, of up to 16 batches. A loss that isn't finite ends the
 * training with the call in which it comes: up to 15 batches more have then been trained on, but the error names the
 * first step of all with such a loss, and what broke there.
 *
 * @returns the last epoch's mean loss over its samples, in nats
 * @throws UserError when an option is wrong or unknown, a schedule gives no learning rate, or the set isn't one for the
 *   model
 * @throws DivergedError when a loss isn't finite
 * @throws the signal's reason when it aborts
 */
export async function train(trainer: Trainer, set: TrainingSet, options: TrainOptions): Promise<number> {
  checkTrainer(trainer);
  checkSet(set);
  check(TrainKeys, options, "train options");
  const rows = set.labels.length;
  checkWhole("epochs", options.epochs);
  checkWhole("batchSize", options.batchSize, 1, rows);
  const rateAt = rates(options.learningRate);
  checkFits(trainer.model, set);
  const signal = options.signal ?? cellSignal();
  let trainLoss = Number.NaN;
  const whole = Math.floor(rows / options.batchSize);
  trainer.expect(rows % options.batchSize, options.epochs);
  trainer.expect(options.batchSize, options.epochs * whole);
  const capacity = Math.ceil(whole / Math.ceil(whole / STEPS_A_CALL));
  const log = options.tensorboard === undefined ? undefined : tensorboardLog(options.tensorboard);
  const all = options.epochs * Math.ceil(rows / options.batchSize);
  let done = 0;
  trainer.progress(0);
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const order = options.order.permutation(rows);
    let sum = 0;
    for (let start = 0; start < rows; ) {
      signal?.throwIfAborted();
      const left = Math.floor((rows - start) / options.batchSize);
      const [steps, size] = left > 0 ? [Math.min(left, capacity), options.batchSize] : [1, rows - start];
      const own = Array.from({ length: steps }, (_, i) => rateAt(done + i));
      const batch = order.subarray(start, start + steps * size);
      const gathered = gather(set, batch, options.augment);
      const losses = await stepsOn(trainer, gathered, own, left > 0 ? capacity : 1, epoch === 1);
      checkLosses(trainer, losses, own, {
        before: done,
        epoch,
        seed: options.order.seed,
        batch: size,
        where: (step) => `in epoch ${epoch}, after ${step} steps`,
      });
      for (const loss of losses) sum += loss * size;
      start += steps * size;
      done += steps;
      trainer.progress(done / all);
      // lets signals, timers and the notebook's messages through
      await nextTurn();
    }
    trainLoss = sum / rows;
    log?.write(epoch, { "loss/train": trainLoss, learning_rate: rateAt(done - 1) });
    await options.onEpoch?.({ epoch, trainLoss });
  }
  return trainLoss;
}

/**
 * One native call that trains on samples, a batch for each rate.
 *
 * @param capacity for how many batches the compiled call has room
 * @param first whether it may have to be compiled
 */
async function stepsOn(
  trainer: Trainer,
  { x, labels }: Batch,
  rates: number[],
  capacity: number,
  first: boolean,
): Promise<number[]> {
  const made: Tensor[] = [x, labels];
  try {
    if (capacity === 1) {
      const seconds = first ? trainer.secondsToCompile("step", x, labels) : 0;
      return await sayingCompiling(seconds, () => [trainer.step(x, labels, rates[0]!)]);
    }
    const size = x.shape[0]! / rates.length;
    const batches = (tensor: Tensor) =>
      tf.tidy(() => {
        const room: [number, number] = [0, (capacity - rates.length) * size];
        const padding = [room, ...tensor.shape.slice(1).map((): [number, number] => [0, 0])];
        return tf.reshape(tf.pad(tensor, padding), [capacity, size, ...tensor.shape.slice(1)]);
      });
    const [xs, all] = [batches(x), batches(labels)];
    made.push(xs, all);
    const seconds = first ? trainer.secondsToCompile("steps", xs, all) : 0;
    return await sayingCompiling(seconds, () => trainer.steps(xs, all, rates));
  } finally {
    tf.dispose(made);
  }
}

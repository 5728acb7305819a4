import { setImmediate as nextTurn } from "node:timers/promises";
import type { RandomState } from "../dataset/index.js";
import { tf } from "../tensorflow.js";
import type { Schedule } from "./schedule.js";
import type { Trainer } from "./trainer.js";
import { gather, type TrainingSet } from "./training-set.js";

export interface TrainOptions {
  epochs: number;
  batchSize: number;
  /** one for all steps, or a schedule of them */
  learningRate: number | Schedule;
  /** gives the order of the samples, a new one each epoch */
  order: RandomState;
  /** called after each epoch; awaited */
  onEpoch?: (epoch: { epoch: number; trainLoss: number }) => void | Promise<void>;
  /** stops the training between two batches */
  signal?: AbortSignal;
}

/** A loss that is NaN or infinite: training can't go on from there. */
export class DivergedError extends Error {
  override name = "DivergedError";

  /**
   * @param loss NaN or infinite
   * @param epoch counted from 1
   * @param step batches trained on, the one with this loss included
   */
  constructor(
    readonly loss: number,
    readonly epoch: number,
    readonly step: number,
    learningRate: number,
  ) {
    super(`the loss became ${loss} in epoch ${epoch}, after ${step} steps, at learning rate ${learningRate}: lower it`);
  }
}

/**
 * Trains for a number of epochs over all samples, shuffled each epoch; the last batch may be smaller.
 *
 * @returns the last epoch's mean loss over its samples, in nats
 * @throws DivergedError when a loss isn't finite
 * @throws the signal's reason when it aborts
 */
export async function train(trainer: Trainer, set: TrainingSet, options: TrainOptions): Promise<number> {
  const rows = set.labels.length;
  let trainLoss = Number.NaN;
  const whole = Math.floor(rows / options.batchSize);
  trainer.expect(rows % options.batchSize, options.epochs);
  trainer.expect(options.batchSize, options.epochs * whole);
  const { learningRate } = options;
  const rateAt = typeof learningRate === "number" ? () => learningRate : learningRate;
  let step = 0;
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const order = options.order.permutation(rows);
    let sum = 0;
    for (let start = 0; start < rows; start += options.batchSize) {
      options.signal?.throwIfAborted();
      const batch = order.subarray(start, Math.min(start + options.batchSize, rows));
      const { x, labels } = gather(set, batch);
      const rate = rateAt(step++);
      const loss = trainer.step(x, labels, rate);
      tf.dispose([x, labels]);
      if (!Number.isFinite(loss)) throw new DivergedError(loss, epoch, step, rate);
      sum += loss * batch.length;
      // lets signals, timers and the notebook's messages through
      await nextTurn();
    }
    trainLoss = sum / rows;
    await options.onEpoch?.({ epoch, trainLoss });
  }
  return trainLoss;
}

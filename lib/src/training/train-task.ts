import { setImmediate as nextTurn } from "node:timers/promises";
import { checkTrainer } from "tfjs-capture/dist/src/training/trainer.js";
import { z } from "zod";
import type { Schedule, Trainer } from "../capture.js";
import { RandomState } from "../dataset/index.js";
import { cellSignal } from "../support/cell-signal.js";
import { sayingCompiling } from "../support/compiling.js";
import { checkPositive, checkWhole } from "../support/user-error.js";
import { check, functionThat } from "../support/validate.js";
import { checkTask, type Task, type TaskBatchOptions, taskBatch } from "../tasks/index.js";
import { lengthsOf } from "../tasks/task.js";
import { tf } from "../tensorflow/tf.js";
import { checkLosses } from "./diverged.js";
import { anything, commonKeys, rates, STEPS_A_CALL } from "./options.js";
import { checkTaskModel, stepsToRun, taskTensors } from "./task-trainer.js";
import { tensorboardLog } from "./tensorboard.js";

/** A point of a learning curve. */
export interface CostPoint {
  /** trained on so far */
  sequences: number;
  /** bits per sequence, mean over those since the point before, each before it was learned from */
  cost: number;
}

/** How a model is trained on a task. */
export interface TrainTaskOptions extends Omit<TaskBatchOptions, "lengths"> {
  /** to train on, in whole batches: rounded up */
  sequences: number;
  /** one for all steps, or a schedule of them */
  learningRate: number | Schedule;
  /** of the sequences; the same seed gives the same ones whatever the model */
  seed: number;
  /** sequences from one point of the curve to the next, in whole batches: rounded up; default 1,000 */
  reportEvery?: number;
  /** called with each new point of the curve; awaited */
  onReport?: (point: CostPoint) => void | Promise<void>;
  /** looked at after each new point, awaited: true ends the training there */
  stop?: (curve: readonly CostPoint[]) => boolean | Promise<boolean>;
  /** folder for TensorBoard: "cost/train" (bits per sequence) and "learning_rate" by sequences; see `tensorboardLog` */
  tensorboard?: string;
  /** stops the training between two calls; if not given, the notebook's stop button does */
  signal?: AbortSignal;
}

const TrainTaskKeys = z.strictObject({
  ...commonKeys,
  sequences: anything,
  batch: anything,
  oneLength: z.boolean().optional(),
  seed: anything,
  reportEvery: anything,
  onReport: functionThat("is called with each point").optional(),
  stop: functionThat("(curve) says whether to stop").optional(),
});

/**
 * Trains on sequences that are drawn as they are needed; none comes twice. Where a batch's longest sequence is shorter
 * than the task's, the loops of models by `taskModel` end with its last answer: in less time, and to the same bits as
 * with all steps. A cost that isn't finite ends the training as it ends `train`.
 *
 * @param trainer of the task, see `taskTrainer`
 * @returns the learning curve
 * @throws UserError when an option is wrong or unknown, the trainer's model isn't one for the task, or a schedule gives
 *   no learning rate
 * @throws DivergedError when a cost isn't finite
 * @throws the signal's reason when it aborts
 */
export async function trainTask(trainer: Trainer, task: Task, options: TrainTaskOptions): Promise<CostPoint[]> {
  checkTrainer(trainer);
  checkTask(task);
  checkTaskModel(trainer.model, task);
  check(TrainTaskKeys, options, "trainTask options");
  const { batch, reportEvery = 1000, signal = cellSignal() } = options;
  const rows = { batch, oneLength: options.oneLength };
  checkWhole("batch", batch);
  checkPositive("sequences", options.sequences);
  checkPositive("reportEvery", reportEvery);
  const [shortest, longest] = lengthsOf(task);
  const rateAt = rates(options.learningRate);
  const random = RandomState.stream(options.seed, `training/${task.name}`);
  const total = Math.ceil(options.sequences / batch);
  const perReport = Math.ceil(reportEvery / batch);
  const capacity = Math.min(STEPS_A_CALL, perReport, total);
  trainer.expect(batch, total);
  trainer.progress(0);

  const log = options.tensorboard === undefined ? undefined : tensorboardLog(options.tensorboard);
  const curve: CostPoint[] = [];
  let since = { steps: 0, cost: 0 };
  for (let done = 0; done < total; ) {
    signal?.throwIfAborted();
    const steps = Math.min(capacity, perReport - since.steps, total - done);
    const own = Array.from({ length: steps }, (_, i) => rateAt(done + i));
    const drawn = own.map(() => taskBatch(task, random, rows));
    // room of the compiled call that is not used
    const batches = [...drawn, ...Array.from({ length: capacity - steps }, () => drawn[0]!)];
    const { x, targets } = taskTensors(task, batches);
    let costs: number[];
    try {
      const cut = stepsToRun(trainer, batches, shortest < longest);
      const seconds = done === 0 ? trainer.secondsToCompile("steps", x, targets, undefined, cut) : 0;
      costs = await sayingCompiling(seconds, () => trainer.steps(x, targets, own, undefined, cut));
    } finally {
      tf.dispose([x, targets]);
    }
    checkLosses(trainer, costs, own, {
      before: done,
      epoch: 1,
      seed: options.seed,
      batch,
      where: (step) => `in step ${step}, after ${step * batch} sequences`,
    });
    done += steps;
    trainer.progress(done / total);
    since = { steps: since.steps + steps, cost: since.cost + costs.reduce((a, b) => a + b) };
    if (since.steps === perReport || done === total) {
      const point = { sequences: done * batch, cost: since.cost / since.steps };
      curve.push(point);
      log?.write(point.sequences, { "cost/train": point.cost, learning_rate: rateAt(done - 1) });
      since = { steps: 0, cost: 0 };
      await options.onReport?.(point);
      if (await options.stop?.(curve)) break;
    }
    // lets signals, timers and the notebook's messages through
    await nextTurn();
  }
  return curve;
}

/**
 * Sequences until a learning curve has converged: the first point from which on no cost is `below` or higher.
 *
 * @param below bits per sequence
 * @returns undefined when the last cost is too high as well
 */
export function sequencesToConverge(curve: readonly CostPoint[], below: number): number | undefined {
  const last = curve.findLastIndex(({ cost }) => !(cost < below));
  return curve[last + 1]?.sequences;
}

/**
 * Whether a learning curve has converged so well that its training ends: its last `stopAfter` costs are below
 * `converged`; never without `stopAfter`.
 *
 * @internal
 */
export function hasConverged(
  curve: readonly CostPoint[],
  { converged, stopAfter }: { converged: number; stopAfter?: number | undefined },
): boolean {
  if (stopAfter === undefined || curve.length < stopAfter) return false;
  return curve.slice(-stopAfter).every(({ cost }) => cost < converged);
}

import { refusePromise } from "tfjs-capture/dist/src/support/user-error.js";
import type { RandomState } from "../support/random-state.js";
import { show, UserError } from "../support/user-error.js";
import { checkTask, type Task } from "./task.js";

/** Numbers of the largest array that is tried to be made: 1 GB. */
const MOST_VALUES = 2 ** 28;

/** Samples side by side, each filled up with zeros to the same number of steps. */
export interface TaskBatch {
  readonly batch: number;
  readonly steps: number;
  /** [batch, steps, inputs] */
  readonly x: Float32Array;
  /** [batch, steps, outputs] */
  readonly targets: Float32Array;
  /** [batch, steps], 1 where an answer is due: nowhere after a row's own end */
  readonly mask: Float32Array;
  /** [batch] */
  readonly lengths: Int32Array;
}

/** How many sequences are drawn, and of what lengths. */
export interface TaskBatchOptions {
  batch: number;
  /** each row's length is drawn from shortest to longest; absent: the task's own */
  lengths?: readonly [shortest: number, longest: number] | undefined;
  /**
   * whether all rows of a batch have one length, drawn once: batches of short ones then take less time; default false
   */
  oneLength?: boolean | undefined;
  /** steps of every row; absent: as many as the longest needs */
  steps?: number | undefined;
}

/**
 * Draws a batch, row by row: a row's length, or once for all, then its sample. Every batch with the same options has
 * the same shape whatever lengths were drawn, so one compiled step serves them all.
 *
 * @returns x [batch, steps, inputs], targets [batch, steps, outputs], mask [batch, steps], lengths [batch], row after
 *   row
 * @throws UserError when the longest length doesn't fit into the steps, or the batch would be too large
 */
export function taskBatch(task: Task, random: RandomState, options: TaskBatchOptions): TaskBatch {
  checkTask(task);
  const { batch, lengths: [shortest, longest] = task.lengths, steps = task.steps(longest) } = options;
  if (!Number.isInteger(batch) || batch < 1)
    throw new UserError(`batch is ${show(batch)}, expected a whole number of at least 1`);
  if (!(Number.isInteger(shortest) && Number.isInteger(longest) && shortest <= longest))
    throw new UserError(
      `lengths is ${show([shortest, longest])}, expected [shortest, longest] with shortest at most longest`,
    );
  if (steps < task.steps(longest)) {
    throw new UserError(
      `${task.name}: steps is ${steps}, expected at least ${task.steps(longest)} for the length ${longest}`,
    );
  }
  // sizes that can't be right fail here, in one line, not where memory is asked for
  const values = batch * steps * Math.max(task.inputs, task.outputs);
  if (!Number.isInteger(steps) || values > MOST_VALUES) {
    throw new UserError(
      `batch is ${batch}, steps is ${steps}: an array of ${values} values, expected whole numbers and at most ${MOST_VALUES}`,
    );
  }
  const filled = {
    batch,
    steps,
    x: new Float32Array(batch * steps * task.inputs),
    targets: new Float32Array(batch * steps * task.outputs),
    mask: new Float32Array(batch * steps),
    lengths: new Int32Array(batch),
  };
  const drawLength = () => random.randint(shortest, longest + 1);
  const shared = options.oneLength ? drawLength() : undefined;
  for (let row = 0; row < batch; row++) {
    const length = shared ?? drawLength();
    const sample = task.sample(random, length);
    refusePromise(sample, `${task.name}'s sample`);
    filled.x.set(sample.x, row * steps * task.inputs);
    filled.targets.set(sample.targets, row * steps * task.outputs);
    filled.mask.set(sample.mask, row * steps);
    filled.lengths[row] = length;
  }
  return filled;
}

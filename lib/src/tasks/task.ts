import { refusePromise } from "tfjs-capture/dist/src/support/user-error.js";
import { z } from "zod";
import { checkKeys } from "../support/options.js";
import type { RandomState } from "../support/random-state.js";
import { checkWhole, hasMethods, show, UserError } from "../support/user-error.js";

/** One sequence of a task. Steps where no answer is due have targets 0 and mask 0. */
export interface Sample {
  readonly steps: number;
  /** [steps, inputs], step by step */
  readonly x: Float32Array;
  /** [steps, outputs], bits 0 or 1; where answers are classes, 1 for the right one */
  readonly targets: Float32Array;
  /** [steps], 1 where an answer is due */
  readonly mask: Float32Array;
}

/**
 * Sequences without end, each with answers that are due at some of its steps. Whoever has a new task writes one file
 * like `copy.ts`; training, evaluation and figures take any object of this form.
 */
export interface Task {
  readonly name: string;
  /** numbers that a model sees at each step */
  readonly inputs: number;
  /** logits that a model gives at each step */
  readonly outputs: number;
  /** "bits": each output is a bit of its own; "classes": one of the outputs is right */
  readonly answer: "bits" | "classes";
  /** what a length counts, e.g. "vectors" */
  readonly unit: string;
  /** shortest and longest to train on; test with longer ones */
  readonly lengths: readonly [shortest: number, longest: number];
  /** lengths that there are samples of; absent: not known beforehand */
  readonly exists?: readonly [shortest: number, longest: number];
  /** steps of the longest sample of this length; grows with the length */
  steps(length: number): number;
  /**
   * Draws a sample: the same state of `random` and the same length give the same one.
   *
   * @throws UserError when there is no sample of this length
   */
  sample(random: RandomState, length: number): Sample;
  /**
   * Bits that a sample costs a predictor that knows all about the task but the draws. Absent: none, the inputs tell the
   * targets.
   */
  optimalBits?(sample: Sample): number;
}

/** What a task of this library says of itself; the rest is as its config and `taskKind` have it. */
interface OwnTask extends Pick<Task, "inputs" | "outputs" | "steps" | "sample" | "optimalBits"> {
  /** absent: "bits" */
  answer?: Task["answer"];
  /** absent: "vectors" */
  unit?: string;
  /** lengths that there are samples of; absent: 1 to 1,000,000 */
  exists?: readonly [shortest: number, longest: number];
}

/**
 * A task of this library.
 *
 * @param name also that of its config, by the key `task`
 * @param keys zod schemas of the config's other keys
 * @param make the task of a config; its samples are only asked for in lengths that exist
 */
export function taskKind<N extends string, K extends z.ZodRawShape & { lengths: ReturnType<typeof lengths> }>(
  name: N,
  keys: K,
  make: (config: z.output<z.ZodObject<K>>) => OwnTask,
) {
  return {
    config: z.strictObject({ task: z.literal(name), ...keys }),
    make(config: z.output<z.ZodObject<K>>): Task {
      const own = make(config);
      const { lengths } = config as { lengths: Task["lengths"] };
      const task: Task = {
        name,
        answer: "bits",
        unit: "vectors",
        lengths,
        exists: [1, 1_000_000],
        ...own,
        sample(random, length) {
          checkLengths(task, [length]);
          return own.sample(random, length);
        },
      };
      checkLengths(task, lengths);
      return task;
    },
  };
}

export const count = z.number().int().min(1).max(10_000);

/** Shortest and longest length to train on. @param standard where the config has none */
export function lengths(standard: [number, number], shortest = 1) {
  const length = z.number().int().min(shortest).max(1_000_000);
  return z
    .tuple([length, length], "expected [shortest, longest]")
    .refine(([low, high]) => low <= high, "expected [shortest, longest] with shortest at most longest")
    .default(standard);
}

/** Checks that a task has samples of these lengths, as far as it says. @throws UserError @internal */
export function checkLengths(
  { name, exists: [shortest, longest] = [1, Infinity] }: Task,
  lengths: readonly number[],
): void {
  const odd = lengths.find((length) => !Number.isInteger(length) || length < shortest || length > longest);
  if (odd !== undefined)
    throw new UserError(`${name}: length is ${show(odd)}, expected a whole number from ${shortest} to ${longest}`);
}

/** Checks that something is a task, and not its name or config. @throws UserError @internal */
export function checkTask(task: unknown): asserts task is Task {
  if (!hasMethods(task, ["steps", "sample"]))
    throw new UserError(`task is ${show(task)}, expected one: makeTask(config) makes it`);
  const { name, answer } = task as unknown as Task;
  if (answer !== "bits" && answer !== "classes")
    throw new UserError(`task ${show(name)}: answer is ${show(answer)}, expected "bits" or "classes"`);
}

/**
 * Checks that a sample has the sizes that its task says: what is too long would be the next one's; and that it says what
 * is due by 0 and 1 alone.
 *
 * @throws UserError
 * @internal
 */
export function checkSample({ name, inputs, outputs, answer }: Task, sample: Sample): void {
  refusePromise(sample, `${name}'s sample`);
  const { steps } = sample ?? {};
  if (!Number.isInteger(steps))
    throw new UserError(`task ${show(name)}: a sample is ${show(sample)}, expected { steps, x, targets, mask }`);
  for (const [what, size] of Object.entries({ x: inputs, targets: outputs, mask: 1 })) {
    const values = sample?.[what as "x" | "targets" | "mask"] as ArrayLike<number> | undefined;
    if (values?.length !== steps * size)
      throw new UserError(
        `task ${show(name)}: ${what} has ${values?.length ?? "no"} values for ${steps} steps, expected ${steps * size}`,
      );
  }
  const { targets, mask } = sample;
  const wrong = (what: string) => new UserError(`task ${show(name)}: ${what}`);
  // plain loops, since every sequence of a training goes through here
  for (let step = 0; step < steps; step++) {
    let classes = 0;
    for (let i = step * outputs; i < (step + 1) * outputs; i++) {
      const target = targets[i]!;
      if (target !== 0 && target !== 1) throw wrong(`a target or the mask is ${target}, expected 0 or 1`);
      classes += target;
    }
    const due = mask[step]!;
    if (due !== 0 && due !== 1) throw wrong(`a target or the mask is ${due}, expected 0 or 1`);
    if (answer === "classes" && due === 1 && classes !== 1)
      throw wrong(`the answer at step ${step} is ${classes} classes, expected a single 1`);
  }
}

/**
 * The lengths that a task is tested at: the longest of the training, twice and four times as long.
 *
 * @returns whole numbers, in the task's own unit, e.g. vectors
 */
export function testLengths(task: Task): [once: number, twice: number, fourTimes: number] {
  const longest = task.lengths[1];
  return [longest, 2 * longest, 4 * longest];
}

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
}

/** The lengths that were asked for, or the task's. @throws UserError when they are no pair that rises @internal */
export function lengthsOf(task: Task, lengths = task.lengths): Task["lengths"] {
  const right = Array.isArray(lengths) && lengths.length === 2 && lengths.every(Number.isInteger);
  if (!right || lengths[0] > lengths[1])
    throw new UserError(`lengths is ${show(lengths)}, expected [shortest, longest] with shortest at most longest`);
  return lengths;
}

/**
 * Draws a batch, row by row: a row's length, or once for all, then its sample. Every batch with the same options has
 * the same shape whatever lengths were drawn, so one compiled step serves them all.
 *
 * @returns x [batch, steps, inputs], targets [batch, steps, outputs], mask [batch, steps], lengths [batch], row after
 *   row
 * @throws UserError when an option is unknown, or the batch would be too large
 */
export function taskBatch(task: Task, random: RandomState, options: TaskBatchOptions): TaskBatch {
  checkTask(task);
  checkKeys("taskBatch options", options, ["batch", "lengths", "oneLength"]);
  const { batch } = options;
  const [shortest, longest] = lengthsOf(task, options.lengths);
  const steps = task.steps(longest);
  checkWhole("batch", batch, 1);
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
    checkSample(task, sample);
    if (sample.steps > steps)
      throw new UserError(`${task.name}: a sample of length ${length} has ${sample.steps} steps, more than ${steps}`);
    filled.x.set(sample.x, row * steps * task.inputs);
    filled.targets.set(sample.targets, row * steps * task.outputs);
    filled.mask.set(sample.mask, row * steps);
    filled.lengths[row] = length;
  }
  return filled;
}

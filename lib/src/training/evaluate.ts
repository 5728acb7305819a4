import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkGivesLogits, checkTrainer } from "tfjs-capture/dist/src/training/trainer.js";
import type { Trainer } from "../capture.js";
import { RandomState } from "../dataset/index.js";
import { withDefaults } from "../support/options.js";
import { checkWhole, show, UserError } from "../support/user-error.js";
import { checkTask, type Sample, type Task, type TaskBatch, taskBatch } from "../tasks/index.js";
import { tf } from "../tensorflow/tf.js";
import { checkTaskModel, taskTensors } from "./task-trainer.js";
import { checkFits, checkSet, type TrainingSet } from "./training-set.js";

/** How a model does on a set. */
export interface Evaluation {
  /** mean softmax cross-entropy, nats */
  loss: number;
  /** samples whose largest logit is their label's; where a logit is NaN none is the largest */
  correct: number;
  of: number;
  /** correct / of */
  accuracy: number;
}

/**
 * Loss and accuracy of a model of logits on a whole set, in one captured call.
 *
 * @returns loss in nats, a mean over the samples; accuracy from 0 to 1
 * @throws UserError when the set isn't one for the model, or its output isn't logits [batch, classes]
 */
export function evaluate(trainer: Trainer, set: TrainingSet): Evaluation {
  checkTrainer(trainer);
  checkSet(set);
  checkLogits(trainer.model);
  checkFits(trainer.model, set);
  const of = set.labels.length;
  const logits = tf.tidy(() => trainer.predict(tf.tensor(set.x, [of, ...set.shape])).dataSync<"float32">());
  const classes = logits.length / of;
  let correct = 0;
  let loss = 0;
  for (let row = 0; row < of; row++) {
    const scores = logits.subarray(row * classes, (row + 1) * classes);
    const label = set.labels[row]!;
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[c]! > scores[best]!) best = c;
    // every comparison with NaN is false: such a row has no largest logit
    if (best === label && scores.every((score) => !Number.isNaN(score))) correct++;
    loss += crossEntropy(scores, scores[best]!, label);
  }
  return { loss: loss / of, correct, of, accuracy: correct / of };
}

/** @throws UserError */
function checkLogits(model: LayersModel): void {
  const { name, outputs } = model;
  const [, classes] = outputs[0]!.shape;
  if (outputs.length !== 1 || outputs[0]!.shape.length !== 2 || classes === null || classes! < 2)
    throw new UserError(
      `evaluate: model ${name} gives ${outputs.map(({ shape }) => `[${shape.map((size) => size ?? "any")}]`).join(" and ")}, expected [batch, classes] of at least 2 classes`,
    );
  checkGivesLogits("evaluate", model);
}

/** How a model does on sequences of one length. */
export interface TaskEvaluation {
  length: number;
  sequences: number;
  /** bits per sequence, mean */
  cost: number;
  /** answers that are due in all sequences: bits, or classes */
  answers: number;
  /** the share of them that is wrong: a bit on the wrong side of 1/2, a class that is not the largest */
  wrong: number;
  /** the share of the sequences without a wrong answer */
  perfect: number;
  /**
   * bits per sequence of the best possible predictor, mean over the same sequences; 0 where the inputs tell the targets
   */
  optimal: number;
}

/**
 * Tests a model on fresh sequences of one length; any length, whatever it was trained on. Compiled once for each
 * length.
 *
 * @param sequences how many
 * @param options.seed of the sequences: the same for every model; default 0
 * @param options.batch rows of a call; default 50
 * @returns costs in bits per sequence, shares from 0 to 1
 * @throws UserError when one of these is wrong, no sequence has an answer that is due, or the trainer's model isn't one
 *   for the task
 */
export function evaluateTask(
  trainer: Trainer,
  task: Task,
  length: number,
  sequences: number,
  options: { seed?: number; batch?: number } = {},
): TaskEvaluation {
  checkTrainer(trainer);
  checkTask(task);
  checkTaskModel(trainer.model, task);
  const { seed, batch } = withDefaults("evaluateTask", options, { seed: 0, batch: TEST_BATCH });
  checkWhole("sequences", sequences);
  checkWhole("batch", batch);
  const sum = { cost: 0, answers: 0, wrong: 0, perfect: 0, optimal: 0 };
  for (const { drawn, rows } of testBatches(task, length, sequences, { batch, seed })) {
    const logits = tf.tidy(() => trainer.predict(taskTensors(task, drawn).x).dataSync<"float32">());
    for (let row = 0; row < rows; row++) {
      const sample = sampleOf(task, drawn, row);
      const scored = score(task, sample, logits.subarray(row * drawn.steps * task.outputs));
      sum.cost += scored.cost;
      sum.answers += scored.answers;
      sum.wrong += scored.wrong;
      sum.perfect += scored.wrong === 0 ? 1 : 0;
      sum.optimal += task.optimalBits?.(sample) ?? 0;
    }
  }
  if (sum.answers === 0)
    throw new UserError(
      `task ${show(task.name)}: no answer is due in ${sequences} sequences of length ${length}, expected at least one`,
    );
  return {
    length,
    sequences,
    cost: sum.cost / sequences,
    answers: sum.answers,
    wrong: sum.wrong / sum.answers,
    perfect: sum.perfect / sequences,
    optimal: sum.optimal / sequences,
  };
}

/** Rows of a call. */
const TEST_BATCH = 50;

/** The sequences of a test, the same for every model, in batches of which the last may have rows that don't count. @internal */
export function* testBatches(
  task: Task,
  length: number,
  sequences: number,
  { seed = 0, batch = TEST_BATCH }: { seed?: number | undefined; batch?: number } = {},
): Generator<{ drawn: TaskBatch; rows: number }> {
  const size = Math.min(batch, sequences);
  const random = RandomState.stream(seed, `test/${task.name}/${length}`);
  for (let done = 0; done < sequences; done += size) {
    const drawn = taskBatch(task, random, { batch: size, lengths: [length, length] });
    yield { drawn, rows: Math.min(size, sequences - done) };
  }
}

/** A row of a batch as a sample, with the steps of the batch. */
function sampleOf({ inputs, outputs }: Task, { x, targets, mask, steps }: TaskBatch, row: number): Sample {
  const part = (values: Float32Array, size: number) => values.subarray(row * steps * size, (row + 1) * steps * size);
  return { steps, x: part(x, inputs), targets: part(targets, outputs), mask: part(mask, 1) };
}

/** Cost in bits of a sample's answers, and how many of them there are and are wrong. */
function score({ outputs, answer }: Task, { steps, targets, mask }: Sample, logits: Float32Array) {
  let [cost, answers, wrong] = [0, 0, 0];
  for (let step = 0; step < steps; step++) {
    if (mask[step] === 0) continue;
    const [from, to] = [step * outputs, (step + 1) * outputs];
    const [z, t] = [Array.from(logits.subarray(from, to)), targets.subarray(from, to)];
    if (answer === "bits") {
      z.forEach((value, i) => {
        cost += softplus(t[i] === 1 ? -value : value);
        // a logit of exactly 0, and NaN, are wrong either way
        if (!(t[i] === 1 ? value > 0 : value < 0)) wrong++;
      });
      answers += outputs;
    } else {
      const right = t.indexOf(1);
      cost += crossEntropy(z, Math.max(...z), right);
      if (z.some((value, i) => i !== right && !(value < z[right]!))) wrong++;
      answers++;
    }
  }
  return { cost: cost / Math.LN2, answers, wrong };
}

/** Softmax cross-entropy of logits, nats. @param top the largest of them */
function crossEntropy(logits: readonly number[] | Float32Array, top: number, right: number): number {
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - top);
  return top + Math.log(sum) - logits[right]!;
}

/** log(1 + exp(x)) */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

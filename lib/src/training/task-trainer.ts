import type { LayersModel, Scalar, Tensor } from "@tensorflow/tfjs-node";
import { checkGivesLogits } from "tfjs-capture/dist/src/training/trainer.js";
import { captureTraining, type Loss, type Trainer, type TrainerOptions } from "../capture.js";
import { memoryKinds } from "../models/config.js";
import {
  buildModel,
  checkModel,
  type GruConfig,
  type LstmConfig,
  type MemoryConfig,
  StatefulLayer,
} from "../models/index.js";
import { show, UserError } from "../support/user-error.js";
import { checkTask, type Task, type TaskBatch } from "../tasks/index.js";
import { tf } from "../tensorflow/tf.js";

type Sized = "features" | "classes" | "answers" | "steps";

type Unsized<C> = C extends unknown ? Omit<C, Sized> : never;

/** A model for tasks without what the task itself says. */
export type TaskModel = Unsized<GruConfig | LstmConfig | MemoryConfig>;

/**
 * The config of a model that reads a task's inputs and gives its logits after every step of sequences of any length.
 *
 * @throws UserError when it isn't a task, or the model of a kind that gives one answer alone
 */
export function taskModel(task: Task, model: TaskModel): GruConfig | LstmConfig | MemoryConfig {
  checkTask(task);
  const kinds = ["gru", "lstm", ...memoryKinds()];
  if (!kinds.includes(model?.kind))
    throw new UserError(
      `a model of kind ${show(model?.kind)} can't answer a task at every step, expected ${kinds.join(", ")}`,
    );
  return { ...model, features: task.inputs, classes: task.outputs, answers: "every" } as
    | GruConfig
    | LstmConfig
    | MemoryConfig;
}

/**
 * Captures the training of a model on a task: its loss is the cost in bits per sequence.
 *
 * @param model of logits after every step (`taskModel`), or the config and seed to build it from
 * @throws UserError when the model's inputs or outputs aren't the task's
 */
export async function taskTrainer(
  model: LayersModel | { config: TaskModel; seed: number },
  task: Task,
  options: Omit<TrainerOptions, "loss"> = {},
): Promise<Trainer> {
  checkTask(task);
  const own = isRecipe(model) ? buildModel(taskModel(task, model.config), model.seed) : undefined;
  const built = own ?? (model as LayersModel);
  try {
    checkModel(built);
    checkTaskModel(built, task);
    const trainer = await captureTraining(built, { ...options, loss: taskLoss(task) });
    if (looksBackOnly(built)) cutting.add(trainer);
    return trainer;
  } catch (error) {
    own?.dispose();
    throw error;
  }
}

/** Trainers to which steps after a batch's last answer make no difference. */
const cutting = new WeakSet<Trainer>();

/**
 * Whether logits depend on earlier steps alone, and nothing but logits on the steps: loops may then end with the last
 * answer.
 */
function looksBackOnly({ layers }: LayersModel): boolean {
  return layers.every((layer) => {
    const plain = ["Dense", "InputLayer"].includes(layer.getClassName()) && !layer.getConfig().activityRegularizer;
    return plain || (layer as unknown) instanceof StatefulLayer;
  });
}

/**
 * How many steps each batch needs up to its last answer, for `Trainer.steps`.
 *
 * @returns undefined where all steps have to run, or always do
 */
export function stepsToRun(
  trainer: Trainer,
  batches: readonly TaskBatch[],
  lengthsVary: boolean,
): number[] | undefined {
  if (!lengthsVary || !cutting.has(trainer)) return undefined;
  return batches.map(({ batch, steps, mask }) => {
    const last = (row: number) => mask.subarray(row * steps, (row + 1) * steps).findLastIndex((due) => due !== 0);
    return Math.max(1, ...Array.from({ length: batch }, (_, row) => 1 + last(row)));
  });
}

const isRecipe = (
  model: LayersModel | { config: TaskModel; seed: number },
): model is { config: TaskModel; seed: number } => typeof model === "object" && model !== null && "config" in model;

/** Checks that a model reads a task's inputs and gives its logits after every step. @throws UserError */
export function checkTaskModel(model: LayersModel, task: Task): void {
  const { name, inputs, outputs } = model;
  const [reads, gives] = [inputs[0]!.shape, outputs[0]!.shape];
  checkGivesLogits(task.name, model);
  if (reads.length === 3 && gives.length === 3 && reads[2] === task.inputs && gives[2] === task.outputs) return;
  throw new UserError(
    `model ${name} has inputs [${reads}] and outputs [${gives}], ` +
      `${task.name} wants [batch, steps, ${task.inputs}] and [batch, steps, ${task.outputs}]: make its config by taskModel`,
  );
}

/**
 * The tensors of batches of a task. A loss takes one tensor of targets, so the mask goes with them, as one more output
 * behind the others.
 *
 * @param batches all of one shape
 * @returns x [batches, batch, steps, inputs], targets [batches, batch, steps, outputs + 1]; without the first axis for
 *   a single batch
 * @internal
 */
export function taskTensors(
  { inputs, outputs }: Task,
  batches: TaskBatch | readonly TaskBatch[],
): { x: Tensor; targets: Tensor } {
  const several = Array.isArray(batches);
  const all: readonly TaskBatch[] = several ? batches : [batches as TaskBatch];
  const { batch, steps } = all[0]!;
  const shape = (last: number) => (several ? [all.length, batch, steps, last] : [batch, steps, last]);
  const x = new Float32Array(all.length * batch * steps * inputs);
  const packed = new Float32Array(all.length * batch * steps * (outputs + 1));
  all.forEach((each, i) => {
    x.set(each.x, i * batch * steps * inputs);
    for (let at = 0; at < batch * steps; at++) {
      const to = (i * batch * steps + at) * (outputs + 1);
      packed.set(each.targets.subarray(at * outputs, (at + 1) * outputs), to);
      packed[to + outputs] = each.mask[at]!;
    }
  });
  return { x: tf.tensor(x, shape(inputs)), targets: tf.tensor(packed, shape(outputs + 1)) };
}

/**
 * The cost of a task in bits per sequence: cross-entropy summed over all answers that are due, mean over the batch.
 * Nothing else counts: logits where the mask is 0 take no gradient.
 *
 * @returns a loss of targets with their mask, [batch, steps, outputs + 1] (`taskTensors`), and logits, [batch, steps,
 *   outputs]
 * @internal
 */
export function taskLoss(task: Pick<Task, "answer">): Loss {
  return (packed, logits) => {
    const outputs = logits.shape[2]!;
    const [targets, mask] = tf.split(packed, [outputs, 1], 2) as [Tensor, Tensor];
    const cost = task.answer === "bits" ? bitsCost(targets, logits) : classesCost(targets, logits);
    return tf.mul(tf.sum(tf.mul(cost, mask)), 1 / (Math.LN2 * packed.shape[0]!)) as Scalar;
  };
}

/** Sigmoid cross-entropy of every bit, nats: softplus(z) - z t. */
function bitsCost(targets: Tensor, logits: Tensor): Tensor {
  return tf.sub(tf.softplus(logits), tf.mul(logits, targets));
}

/** Softmax cross-entropy, nats, spread over the classes. */
function classesCost(targets: Tensor, logits: Tensor): Tensor {
  return tf.neg(tf.mul(targets, tf.logSoftmax(logits as never)));
}

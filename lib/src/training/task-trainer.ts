import type { LayersModel } from "@tensorflow/tfjs-node";
import { captureTraining, type Trainer, type TrainerOptions } from "../capture.js";
import {
  buildModel,
  checkModel,
  type GruConfig,
  type LstmConfig,
  type MemoryConfig,
  StatefulLayer,
} from "../models/index.js";
import { UserError } from "../support/user-error.js";
import { checkTask, type Task, type TaskBatch } from "../tasks/index.js";
import { taskLoss } from "./task-loss.js";

type Sized = "features" | "classes" | "answers" | "steps";

type Unsized<C> = C extends unknown ? Omit<C, Sized> : never;

/** A model for tasks without what the task itself says. */
export type TaskModel = Unsized<GruConfig | LstmConfig | MemoryConfig>;

/**
 * The config of a model that reads a task's inputs and gives its logits after every step of sequences of any length.
 */
export function taskModel(task: Task, model: TaskModel): GruConfig | LstmConfig | MemoryConfig {
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
  options: Omit<TrainerOptions, "loss" | "batchSize"> = {},
): Promise<Trainer> {
  checkTask(task);
  const built = isRecipe(model) ? buildModel(taskModel(task, model.config), model.seed) : model;
  checkModel(built);
  checkTaskModel(built, task);
  const trainer = await captureTraining(built, { ...options, loss: taskLoss(task) });
  if (looksBackOnly(built)) cutting.add(trainer);
  return trainer;
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
export function checkTaskModel({ name, inputs, outputs }: LayersModel, task: Task): void {
  const [reads, gives] = [inputs[0]!.shape, outputs[0]!.shape];
  if (reads.length === 3 && gives.length === 3 && reads[2] === task.inputs && gives[2] === task.outputs) return;
  throw new UserError(
    `model ${name} has inputs [${reads}] and outputs [${gives}], ` +
      `${task.name} wants [batch, steps, ${task.inputs}] and [batch, steps, ${task.outputs}]: make its config by taskModel`,
  );
}

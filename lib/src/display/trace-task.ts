import type { LayersModel, Tensor3D } from "@tensorflow/tfjs-node";
import { checkGivesLogits } from "tfjs-capture/dist/src/training/trainer.js";
import { RandomState } from "../dataset/index.js";
import type { TaskTrace } from "../figures/index.js";
import { checkModel, MemoryLayer } from "../models/index.js";
import { withDefaults } from "../support/options.js";
import { UserError } from "../support/user-error.js";
import { checkTask, type Task } from "../tasks/index.js";
import { tf } from "../tensorflow/tf.js";
import { headWeights, slotStates } from "./heads.js";

/**
 * What a model does with one sequence of a task, step by step, as the figure `taskTrace` draws it.
 *
 * @param model of logits after every step
 * @param length any
 * @param options.seed of the sequence; default 0
 * @throws UserError when the model doesn't read the task's inputs
 */
export function traceTask(model: LayersModel, task: Task, length: number, options: { seed?: number } = {}): TaskTrace {
  checkModel(model);
  checkTask(task);
  checkGivesLogits("traceTask", model);
  const { seed } = withDefaults("traceTask", options, { seed: 0 });
  const [, whole, features] = model.inputs[0]!.shape;
  if (features !== task.inputs || whole !== null) {
    throw new UserError(
      `model ${model.name} reads [${whole ?? "any"}, ${features}], ` +
        `expected [any, ${task.inputs}] for ${task.name}: make its config by taskModel`,
    );
  }
  const { x, targets, mask, steps } = task.sample(RandomState.stream(seed, `trace/${task.name}`), length);
  const rows = (values: Float32Array, size: number) =>
    Array.from({ length: steps }, (_, step) => Array.from(values.subarray(step * size, (step + 1) * size)));
  const outputs = tf.tidy(() => {
    const logits = model.predict(tf.tensor3d(x, [1, steps, task.inputs])) as Tensor3D;
    return (task.answer === "bits" ? tf.sigmoid(logits) : tf.softmax(logits)).dataSync<"float32">();
  });
  return {
    task: task.name,
    length,
    inputs: rows(x, task.inputs),
    targets: rows(targets, task.outputs).map((row, step) => (mask[step] === 1 ? row : null)),
    outputs: rows(outputs, task.outputs),
    heads: model.layers.some((layer) => layer instanceof MemoryLayer)
      ? [...headWeights(model, x), ...slotStates(model, x)]
      : [],
  };
}

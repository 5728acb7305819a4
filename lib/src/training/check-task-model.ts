import type { LayersModel } from "@tensorflow/tfjs-node";
import { UserError } from "../support/user-error.js";
import type { Task } from "../tasks/index.js";

/** Checks that a model reads a task's inputs and gives its logits after every step. @throws UserError */
export function checkTaskModel({ name, inputs, outputs }: LayersModel, task: Task): void {
  const [reads, gives] = [inputs[0]!.shape, outputs[0]!.shape];
  if (reads.length === 3 && gives.length === 3 && reads[2] === task.inputs && gives[2] === task.outputs) return;
  throw new UserError(
    `model ${name} has inputs [${reads}] and outputs [${gives}], ` +
      `${task.name} wants [batch, steps, ${task.inputs}] and [batch, steps, ${task.outputs}]: make its config by taskModel`,
  );
}

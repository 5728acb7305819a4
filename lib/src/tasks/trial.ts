import { refusePromise } from "tfjs-capture/dist/src/support/user-error.js";
import { RandomState } from "../support/random-state.js";
import { UserError } from "../support/user-error.js";
import type { Task } from "./task.js";

/**
 * Draws a sample of a task twice, so that a mistake in it is told where it was made, not by a model far away.
 *
 * @returns the task
 * @throws UserError when sizes don't fit together, nothing is asked, a target isn't 0 or 1, or the same seed gives two
 *   samples
 */
export function tried(task: Task): Task {
  const wrong = (what: string): never => {
    throw new UserError(`task ${JSON.stringify(task.name)}: ${what}`);
  };
  for (const length of task.lengths) {
    const sample = task.sample(RandomState.stream(0, "trial"), length);
    refusePromise(sample, `${task.name}'s sample`);
    const { steps, x, targets, mask } = sample;
    const sizes = { x: [x, task.inputs], targets: [targets, task.outputs], mask: [mask, 1] } as const;
    for (const [name, [values, size]] of Object.entries(sizes)) {
      if (values.length !== steps * size)
        wrong(`${name} has ${values.length} values for ${steps} steps, expected ${steps * size}`);
    }
    if (steps > task.steps(length))
      wrong(`a sample of length ${length} has ${steps} steps, more than the ${task.steps(length)} it says`);
    if (!mask.includes(1)) wrong(`a sample of length ${length} asks for no answer: set its mask to 1 where one is due`);
    const odd = [...targets, ...mask].find((value) => value !== 0 && value !== 1);
    if (odd !== undefined) wrong(`a target or the mask is ${odd}, expected 0 or 1`);
    const again = task.sample(RandomState.stream(0, "trial"), length);
    if (x.some((value, i) => value !== again.x[i])) wrong("the same seed gives two samples: draw from `random` alone");
  }
  return task;
}

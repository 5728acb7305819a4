import type { Tensor, Tensor2D } from "@tensorflow/tfjs-node";
import { UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";
import type { Memory } from "./memory.js";

const [BATCH, STEPS, HIDDEN] = [2, 3, 4];

/**
 * Tries a memory out for one step of a small batch, so that a mistake in it is told where it was made, not by an op far
 * away.
 *
 * @returns the memory
 * @throws UserError when a state changes its shape, what is read has another size than was said, or a value isn't
 *   finite
 */
export function triedMemory(kind: string, memory: Memory): Memory {
  const wrong = (what: string): never => {
    throw new UserError(`memory ${JSON.stringify(kind)}: ${what}`);
  };
  const numbers = Object.values(memory.outputs ?? {});
  if (numbers.length === 0 || numbers.some((n) => !Number.isInteger(n) || n < 1))
    wrong(`outputs is ${JSON.stringify(memory.outputs)}, expected a whole number of at least 1 for each linear layer`);
  if (!Number.isInteger(memory.reads) || memory.reads < 1)
    wrong(`reads is ${memory.reads}, expected a whole number of at least 1`);
  tf.tidy(() => {
    const weights = (memory.learned?.(HIDDEN) ?? []).map(({ name, shape }) => [name, spread(shape)] as const);
    const learned = Object.fromEntries(weights);
    const outputs = numbers.reduce((a, b) => a + b);
    const before = memory.start(BATCH, STEPS, learned);
    const { state, read } = memory.step(spread([BATCH, outputs]) as Tensor2D, before, learned);
    for (const [name, tensor] of Object.entries(before)) {
      const after = state[name];
      if (!(after instanceof tf.Tensor)) wrong(`after a step its state lacks ${name}`);
      else if (after.shape.join() !== tensor.shape.join())
        wrong(`a step makes ${name} of shape [${tensor.shape}] one of [${after.shape}], expected the same shape`);
    }
    if (read.shape.join() !== [BATCH, memory.reads].join())
      wrong(`a step reads [${read.shape}] in a batch of ${BATCH}, expected [${BATCH},${memory.reads}]`);
    for (const [name, tensor] of [["what it reads", read] as const, ...Object.entries(state)]) {
      const bad = tensor.dataSync().find((value) => !Number.isFinite(value));
      if (bad !== undefined) wrong(`after a step ${name} holds ${bad}, expected finite numbers`);
    }
  });
  return memory;
}

/** Numbers from -1 to 1. */
function spread(shape: number[]): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return tf.reshape(tf.linspace(-1, 1, count), shape);
}

import type { Tensor } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";
import type { Cell } from "./body.js";

/** What a loop gives, without names. */
export interface Scanned {
  state: Tensor[];
  outputs: Tensor | undefined;
}

/**
 * The loop in JavaScript, step by step.
 *
 * @param start state before the first step
 * @param inputs [batch, steps, ...]
 * @param limit how many of the steps to run
 */
export function scanEagerly(cell: Cell, start: Tensor[], inputs: Tensor, limit: Tensor | undefined): Scanned {
  let state = start;
  const outputs: Tensor[] = [];
  // tfjs's gradient of an unstack into one tensor is broken
  const byStep = inputs.shape[1] === 1 ? [tf.squeeze(inputs, [1])] : tf.unstack(inputs, 1);
  const run = limit ? Math.min(limit.dataSync()[0]!, byStep.length) : byStep.length;
  for (const input of byStep.slice(0, run)) {
    const step = cell(input, state);
    state = step.state;
    if (step.output) outputs.push(step.output);
  }
  while (outputs.length > 0 && outputs.length < byStep.length) outputs.push(tf.zerosLike(outputs[0]!));
  return { state, outputs: outputs.length > 0 ? tf.stack(outputs, 1) : undefined };
}

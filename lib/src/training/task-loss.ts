import type { Scalar, Tensor } from "@tensorflow/tfjs-node";
import type { Loss } from "../capture.js";
import type { Task, TaskBatch } from "../tasks/index.js";
import { tf } from "../tensorflow/tf.js";

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

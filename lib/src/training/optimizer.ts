import type { Scalar, Tensor } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";

/** An optimizer as a value: pure functions over lists of tensors, so that its whole update is captured with the step. */
export interface Optimizer {
  readonly name: string;
  /** @returns the state before the first step, zeros and ones; the caller disposes it */
  init(parameters: readonly Tensor[]): Tensor[];
  /**
   * One update.
   *
   * @param learningRate scalar
   * @returns the new parameters and the new state, in the order of the old ones
   */
  update(
    gradients: readonly Tensor[],
    state: readonly Tensor[],
    parameters: readonly Tensor[],
    learningRate: Scalar,
  ): { parameters: Tensor[]; state: Tensor[] };
}

/**
 * Adam (Kingma & Ba 2015) with bias correction, epsilon outside the root, as in PyTorch. Its state is [steps, first moments..., second
 * moments...].
 */
export function adam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = {}): Optimizer {
  // 1 - beta^t by expm1: 1 - 0.999 in float32 is right to four digits only
  const correction = (beta: number, steps: Tensor) => tf.neg(tf.expm1(tf.mul(steps, Math.log(beta))));
  return {
    name: "adam",
    init: (parameters) => [tf.scalar(0), ...parameters.map(zerosLike), ...parameters.map(zerosLike)],
    update(gradients, [steps, ...moments], parameters, learningRate) {
      const count = parameters.length;
      const taken = tf.add(steps!, 1);
      const stepSize = tf.div(learningRate, correction(beta1, taken));
      const scale = tf.sqrt(correction(beta2, taken));
      const first = gradients.map((g, i) => tf.add(tf.mul(moments[i]!, beta1), tf.mul(g, 1 - beta1)));
      const second = gradients.map((g, i) => tf.add(tf.mul(moments[count + i]!, beta2), tf.mul(tf.square(g), 1 - beta2)));
      const updated = parameters.map((p, i) =>
        tf.sub(p, tf.mul(stepSize, tf.div(first[i]!, tf.add(tf.div(tf.sqrt(second[i]!), scale), epsilon)))),
      );
      return { parameters: updated, state: [taken, ...first, ...second] };
    },
  };
}

/** Not tf.zerosLike: that may share values between equal shapes, and each state tensor must be its own. */
function zerosLike(tensor: Tensor): Tensor {
  return tf.zeros(tensor.shape);
}

import type { Tensor } from "@tensorflow/tfjs-node";
import { checkOptions, DECAY, POSITIVE } from "../support/options.js";
import { checkPositive } from "../support/user-error.js";
import { tf } from "../tensorflow.js";
import { checkOptimizer, type Optimizer } from "./optimizer.js";

const RMSPROP = { decay: DECAY, momentum: DECAY, epsilon: POSITIVE };

/**
 * RMSProp as in Graves 2013 (eq. 38 to 45), with which the NTM paper trained: the gradient divided by its standard
 * deviation, with momentum. Its state is [means of squares..., means..., last updates...].
 *
 * @param options `epsilon`: inside the root
 * @throws UserError when an option is wrong or unknown
 */
export function rmsprop(
  options: { decay?: number | undefined; momentum?: number | undefined; epsilon?: number | undefined } = {},
): Optimizer {
  checkOptions("rmsprop", options, RMSPROP);
  const { decay = 0.95, momentum = 0.9, epsilon = 1e-4 } = options;
  return {
    name: "rmsprop",
    init: (parameters) => [0, 1, 2].flatMap(() => parameters.map(({ shape }) => tf.zeros(shape))),
    update(gradients, state, parameters, learningRate) {
      const count = parameters.length;
      const part = (i: number) => state.slice(i * count, (i + 1) * count);
      const mix = (old: Tensor, fresh: Tensor) => tf.add(tf.mul(old, decay), tf.mul(fresh, 1 - decay));
      const squares = part(0).map((old, i) => mix(old, tf.square(gradients[i]!)));
      const means = part(1).map((old, i) => mix(old, gradients[i]!));
      const updates = part(2).map((old, i) => {
        const variance = tf.add(tf.sub(squares[i]!, tf.square(means[i]!)), epsilon);
        return tf.sub(tf.mul(old, momentum), tf.mul(learningRate, tf.div(gradients[i]!, tf.sqrt(variance))));
      });
      return {
        parameters: parameters.map((p, i) => tf.add(p, updates[i]!)),
        state: [...squares, ...means, ...updates],
      };
    },
  };
}

/**
 * An optimizer that sees every gradient cut off at +-limit, each number by itself (Graves 2013; the NTM paper's limit
 * is 10).
 *
 * @throws UserError when `limit` isn't above 0
 */
export function clipByValue(optimizer: Optimizer, limit: number): Optimizer {
  checkPositive("limit", limit);
  checkOptimizer(optimizer);
  return {
    name: `${optimizer.name}, gradients within ${limit}`,
    init: optimizer.init,
    update: (gradients, ...rest) =>
      optimizer.update(
        gradients.map((g) => tf.maximum(tf.minimum(g, limit), -limit)),
        ...rest,
      ),
  };
}

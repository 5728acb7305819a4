import { tf } from "../../src/tensorflow/tf.js";
import type { Optimizer } from "../../src/training/index.js";

/** Gradient descent: quick to compile, and steps as large as the gradients are. */
export const descent: Optimizer = {
  name: "gradient descent",
  init: () => [],
  update: (gradients, state, parameters, rate) => ({
    parameters: parameters.map((parameter, i) => tf.sub(parameter, tf.mul(gradients[i]!, rate))),
    state: [...state],
  }),
};

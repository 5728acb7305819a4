import type { Scalar, Tensor } from "@tensorflow/tfjs-node";
import { checkKeys, checkOptions, DECAY, NOT_NEGATIVE, POSITIVE, TRUTH } from "../support/options.js";
import { checkPositive, checkWhole, hasMethods, refusePromise, show, UserError } from "../support/user-error.js";
import { ownCopy, tf } from "../tensorflow.js";

/**
 * An optimizer as a value: pure functions over lists of tensors, so that its whole update is captured with the step.
 */
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

const SGD = { momentum: DECAY, nesterov: TRUTH };

/**
 * Gradient descent, with momentum if given: the velocity is momentum * velocity + gradient, a step goes by learningRate
 * times the velocity, as in PyTorch. Its state is [velocities...], empty without momentum.
 *
 * @param options `nesterov` takes the gradient a step ahead (Sutskever et al. 2013)
 * @throws UserError when an option is wrong or unknown
 */
export function sgd(options: { momentum?: number | undefined; nesterov?: boolean | undefined } = {}): Optimizer {
  checkOptions("sgd", options, SGD);
  const { momentum = 0, nesterov = false } = options;
  if (nesterov && momentum === 0) throw new UserError("nesterov is true without momentum: give momentum, e.g. 0.9");
  return {
    name: momentum === 0 ? "sgd" : "sgd with momentum",
    init: (parameters) => (momentum === 0 ? [] : parameters.map(zerosLike)),
    update(gradients, state, parameters, learningRate) {
      const ahead = (velocity: Tensor, g: Tensor) => tf.add(tf.mul(velocity, momentum), g);
      const velocities = state.map((velocity, i) => ahead(velocity, gradients[i]!));
      const steps = nesterov ? velocities.map((velocity, i) => ahead(velocity, gradients[i]!)) : velocities;
      return {
        parameters: parameters.map((p, i) => tf.sub(p, tf.mul(learningRate, steps[i] ?? gradients[i]!))),
        state: velocities,
      };
    },
  };
}

const ADAM = { beta1: DECAY, beta2: DECAY, epsilon: NOT_NEGATIVE, weightDecay: NOT_NEGATIVE };

/**
 * Adam (Kingma & Ba 2015) with bias correction, epsilon outside the root, as in PyTorch. Its state is [steps, first
 * moments..., second moments...].
 *
 * @param options `weightDecay` shrinks every parameter by learningRate * weightDecay a step, apart from the gradient
 *   (AdamW, Loshchilov & Hutter 2019)
 * @throws UserError when an option is wrong or unknown
 */
export function adam(
  options: {
    beta1?: number | undefined;
    beta2?: number | undefined;
    epsilon?: number | undefined;
    weightDecay?: number | undefined;
  } = {},
): Optimizer {
  checkOptions("adam", options, ADAM);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
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
      const second = gradients.map((g, i) =>
        tf.add(tf.mul(moments[count + i]!, beta2), tf.mul(tf.square(g), 1 - beta2)),
      );
      const kept = weightDecay === 0 ? undefined : tf.sub(1, tf.mul(learningRate, weightDecay));
      const updated = parameters.map((p, i) =>
        tf.sub(
          kept ? tf.mul(p, kept) : p,
          tf.mul(stepSize, tf.div(first[i]!, tf.add(tf.div(tf.sqrt(second[i]!), scale), epsilon))),
        ),
      );
      return { parameters: updated, state: [taken, ...first, ...second] };
    },
  };
}

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
    init: (parameters) => [0, 1, 2].flatMap(() => parameters.map(zerosLike)),
    update(gradients, state, parameters, learningRate) {
      const count = parameters.length;
      const part = (i: number) => state.slice(i * count, (i + 1) * count);
      const mix = (old: Tensor, fresh: Tensor) => tf.add(tf.mul(old, decay), tf.mul(fresh, 1 - decay));
      const squares = part(0).map((old, i) => mix(old, tf.square(gradients[i]!)));
      const means = part(1).map((old, i) => mix(old, gradients[i]!));
      const updates = part(2).map((old, i) => {
        // of equal gradients the difference may be rounded below 0
        const variance = tf.maximum(tf.add(tf.sub(squares[i]!, tf.square(means[i]!)), epsilon), epsilon);
        return tf.sub(tf.mul(old, momentum), tf.mul(learningRate, tf.div(gradients[i]!, tf.sqrt(variance))));
      });
      return {
        parameters: parameters.map((p, i) => tf.add(p, updates[i]!)),
        state: [...squares, ...means, ...updates],
      };
    },
  };
}

/** PyTorch's: keeps the quotient finite where every gradient is 0. */
const NORM_EPSILON = 1e-6;

/**
 * An optimizer that sees all gradients scaled down together where their common Euclidean norm is above `maxNorm`
 * (Pascanu et al. 2013).
 *
 * @throws UserError when `maxNorm` isn't above 0
 */
export function clipByGlobalNorm(optimizer: Optimizer, maxNorm: number): Optimizer {
  checkPositive("maxNorm", maxNorm);
  checkOptimizer(optimizer);
  return {
    name: `${optimizer.name}, gradient norm at most ${maxNorm}`,
    init: optimizer.init,
    update(gradients, state, parameters, learningRate) {
      const norm = globalNorm(gradients);
      const factor = tf.minimum(tf.div(maxNorm, tf.add(norm, NORM_EPSILON)), 1);
      const clipped = gradients.map((g) => tf.mul(g, factor));
      return optimizer.update(clipped, state, parameters, learningRate);
    },
  };
}

const RUNNING = { decay: DECAY };

/**
 * An optimizer that sees all gradients scaled down together where their common Euclidean norm is above `factor` times
 * the running mean of the norms before. The mean is of norms after clipping, so that a leap neither gets through nor
 * lifts the limit (Wang et al. 2025, "AdaGC", there tensor by tensor). The first gradients are let through. Norms are
 * divided by with 1e-6 added, so that gradients of so small a norm are scaled down, too. Its state is [running mean, its
 * weight, ...the optimizer's].
 *
 * @param options `decay` of the exponential mean, 0.99 if left out
 * @throws UserError when `factor` isn't at least 1, or an option is wrong or unknown
 */
export function clipByRunningNorm(
  optimizer: Optimizer,
  factor: number,
  options: { decay?: number | undefined } = {},
): Optimizer {
  // below 1 the limit would shrink to 0 by itself
  if (!(factor >= 1 && Number.isFinite(factor)))
    throw new UserError(`factor is ${show(factor)}, expected a number of at least 1`);
  checkOptimizer(optimizer);
  checkOptions("clipByRunningNorm", options, RUNNING);
  const { decay = 0.99 } = options;
  return {
    name: `${optimizer.name}, gradient norm at most ${factor} times its running mean`,
    init: (parameters) => [tf.scalar(0), tf.scalar(0), ...optimizer.init(parameters)],
    update(gradients, [sum, weight, ...state], parameters, learningRate) {
      const norm = globalNorm(gradients);
      // the weights of an exponential mean that starts at 0 don't add up to 1 at first; of gradients of 0 there is none
      const limit = tf.where(tf.greater(sum!, 0), tf.mul(factor, tf.divNoNan(sum!, weight!)), norm);
      const seen = tf.minimum(norm, limit);
      const scale = tf.div(seen, tf.add(norm, NORM_EPSILON));
      const updated = optimizer.update(
        gradients.map((g) => tf.mul(g, scale)),
        state,
        parameters,
        learningRate,
      );
      const mix = (old: Tensor, fresh: Tensor | number) => tf.add(tf.mul(old, decay), tf.mul(fresh, 1 - decay));
      return { parameters: updated.parameters, state: [mix(sum!, seen), mix(weight!, 1), ...updated.state] };
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

/** Of all gradients as one vector. */
function globalNorm(gradients: readonly Tensor[]): Tensor {
  return tf.sqrt(tf.addN(gradients.map((g) => tf.sum(tf.square(g)))));
}

/** @throws UserError */
function checkOptimizer(optimizer: unknown): void {
  if (!hasMethods(optimizer, ["init", "update"]))
    throw new UserError(`optimizer is ${show(optimizer)}, expected one, e.g. adam()`);
}

/** Not tf.zerosLike: that may share values between equal shapes, and each state tensor must be its own. */
function zerosLike(tensor: Tensor): Tensor {
  return tf.zeros(tensor.shape);
}

/**
 * What an optimizer starts from: tensors of the trainer's own, whatever `init` gave twice or shares with the weights.
 *
 * @throws UserError when `init` gives no array of tensors
 */
export function initialState(optimizer: Optimizer, parameters: readonly Tensor[]): Tensor[] {
  return tf.tidy(() => {
    const given: unknown = optimizer.init(parameters);
    refusePromise(given, "the optimizer's init");
    if (!Array.isArray(given) || !given.every((tensor) => tensor instanceof tf.Tensor))
      throw new UserError(
        `optimizer ${optimizer.name}: init gives ${show(given)}, expected an array of tensors, [] for no state`,
      );
    return given.map(ownCopy);
  });
}

/**
 * Checks what an optimizer's update gave.
 *
 * @throws UserError when it is a promise, or new parameters and state aren't of the old ones' shapes
 */
export function checkUpdate(
  { name }: Optimizer,
  updated: unknown,
  parameters: readonly Tensor[],
  state: readonly Tensor[],
): asserts updated is ReturnType<Optimizer["update"]> {
  refusePromise(updated, "the optimizer's update");
  const given = (updated ?? {}) as Partial<ReturnType<Optimizer["update"]>>;
  for (const [what, before, after] of [
    ["parameters", parameters, given.parameters],
    ["state", state, given.state],
  ] as const) {
    if (!Array.isArray(after) || after.length !== before.length)
      throw new UserError(`optimizer ${name}: update gives ${what} ${show(after)}, expected ${before.length} tensors`);
    const i = after.findIndex((tensor, at) => tensor?.shape?.join() !== before[at]!.shape.join());
    if (i >= 0)
      throw new UserError(
        `optimizer ${name}: ${what} ${i} is ${show(after[i])} after an update, expected shape [${before[i]!.shape}]`,
      );
    const other = after.findIndex(({ dtype }, at) => dtype !== before[at]!.dtype);
    if (other >= 0)
      throw new UserError(
        `optimizer ${name}: ${what} ${other} is ${after[other]!.dtype} after an update, expected ${before[other]!.dtype} as before: tf.cast it`,
      );
  }
}

/** The learning rate of each step, counted from 0. */
export type Schedule = (step: number) => number;

/**
 * Half a cosine from `peak` to zero (Loshchilov & Hutter 2017), after a linear warm-up to `peak`. No step of the
 * training has the learning rate 0: the first one after the warm-up has `peak`, those after the last have 0.
 *
 * @param options `steps` of the whole training, warm-up included; `warmup`: steps of the warm-up, none if left out
 * @returns learning rates above 0 of the steps 0 to steps - 1, 0 of later ones
 * @throws UserError when `peak` isn't above 0, `steps` isn't a whole number of at least 1, `warmup` is longer, or an
 *   option isn't known
 */
export function cosine(options: { peak: number; steps: number; warmup?: number }): Schedule {
  checkKeys("cosine", options, ["peak", "steps", "warmup"]);
  const { peak, steps, warmup = 0 } = options;
  checkPositive("peak", peak);
  checkWhole("steps", steps);
  checkWhole("warmup", warmup, 0, steps);
  return (step) => {
    if (step < warmup) return (peak * (step + 1)) / (warmup + 1);
    if (step >= steps) return 0;
    return (peak / 2) * (1 + Math.cos((Math.PI * (step - warmup)) / (steps - warmup)));
  };
}

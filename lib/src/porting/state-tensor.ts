import { show, UserError } from "../support/user-error.js";

/** A weight outside of TensorFlow: its values in row-major order. */
export interface StateTensor {
  shape: number[];
  data: Float32Array;
}

/** A model's weights by name, as PyTorch's `state_dict()` has them. */
export type StateDict = Record<string, StateTensor>;

/** Checks that something is a shape with values. @param name of the weight @throws UserError */
export function checkStateTensor(name: string, tensor: unknown): StateTensor {
  const { shape, data } = (tensor ?? {}) as Partial<StateTensor>;
  if (Array.isArray(shape) && data instanceof Float32Array) return { shape, data };
  throw new UserError(`${name} is ${show(tensor)}, expected { shape, data } with data a Float32Array`);
}

/** A weight outside of TensorFlow: its values in row-major order. */
export interface StateTensor {
  shape: number[];
  data: Float32Array;
}

/** A model's weights by name, as PyTorch's `state_dict()` has them. */
export type StateDict = Record<string, StateTensor>;

import { tf } from "../../tensorflow/tf.js";
import type { Shift } from "./shift.js";
import { checkOptions, DiscreteShiftConfig } from "./shift.js";

/**
 * Discrete shift: a softmax over a few whole offsets, Graves et al. 2014, eq. 8.
 *
 * @param options `offsets`: slots to move by, in the order of the head's outputs; published: +1, 0, -1
 * @throws UserError when an option is wrong or unknown
 */
export function discrete(options: { offsets?: readonly number[] } = {}): Shift {
  const { offsets } = checkOptions(DiscreteShiftConfig, "discrete", options, "{ offsets: [1, 0, -1] }", {
    offsets: [1, 0, -1],
  });
  return {
    kind: "discrete",
    config: { kind: "discrete", offsets: [...offsets] },
    outputs: offsets.length,
    offsets: () => [...offsets],
    kernel(raw) {
      const shift = tf.softmax(raw);
      return { kernel: shift, parameters: { shift } };
    },
  };
}

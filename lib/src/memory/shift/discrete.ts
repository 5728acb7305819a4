import { z } from "zod";
import { tf } from "../../tensorflow/tf.js";
import { checkOptions } from "./options.js";
import { builtIn } from "./registry.js";
import type { Shift } from "./shift.js";

/** Discrete shift over the listed offsets (Graves et al. 2014, eq. 8); the published order is +1, 0, -1. */
export const DiscreteShiftConfig = z.strictObject({
  kind: z.literal("discrete"),
  offsets: z
    .array(z.number().int())
    .min(1)
    // twice the same would be one slot with two logits
    .refine((offsets) => new Set(offsets).size === offsets.length, "expected each offset once"),
});
export type DiscreteShiftConfig = z.infer<typeof DiscreteShiftConfig>;

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

builtIn("discrete", DiscreteShiftConfig, discrete);

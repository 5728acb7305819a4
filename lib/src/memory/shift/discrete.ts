import type { Tensor } from "@tensorflow/tfjs-node";
import { z } from "zod";
import { check, show, UserError } from "../../check.js";
import { tf } from "../../tensorflow.js";
import { builtIn } from "./registry.js";
import type { Shift } from "./shift.js";

/** Discrete shift over the listed offsets (Graves et al. 2014, eq. 8); the published order is +1, 0, -1. */
export const DiscreteShiftConfig = z.strictObject({
  kind: z.literal("discrete"),
  offsets: z.array(z.number().int()).min(1),
});
export type DiscreteShiftConfig = z.infer<typeof DiscreteShiftConfig>;

const DiscreteOptions = DiscreteShiftConfig.extend({ offsets: z.array(z.unknown()).min(1) }).partial();

/**
 * Discrete shift: a softmax over a few whole offsets, Graves et al. 2014, eq. 8.
 *
 * @param options `offsets`: slots to move by, in the order of the head's outputs; published: +1, 0, -1
 */
export function discrete(options: { offsets?: readonly number[] } = {}): Shift {
  const { offsets = [1, 0, -1] } = check(DiscreteOptions, options, "discrete shift") as { offsets?: readonly number[] };
  const odd = offsets.find((offset) => !Number.isSafeInteger(offset));
  if (odd !== undefined) throw new UserError(`discrete: an offset is ${show(odd)}, expected whole numbers of slots`);
  return {
    kind: "discrete",
    config: { kind: "discrete", offsets: [...offsets] },
    outputs: offsets.length,
    offsets: () => [...offsets],
    kernel<T extends Tensor>(raw: T) {
      const shift = tf.softmax(raw) as T;
      return { kernel: shift, parameters: { shift } };
    },
  };
}

builtIn("discrete", DiscreteShiftConfig, discrete);

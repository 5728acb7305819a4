import { wrap } from "../memory/index.js";
import { checkKeys } from "../support/options.js";
import { checkNames, show, UserError } from "../support/user-error.js";

/** The published kernel, and the one that is periodic in delta too. */
export type KernelForm = "published" | "periodic";

/** Added to the published kernel's sum before dividing: what makes a head go dead instead of NaN. */
export const PUBLISHED_EPSILON = 1e-8;

/**
 * Gaussian shift kernel of a DMS-NTM head in plain numbers.
 *
 *     published  c(d) = e(wrap(d) - delta) / (sum + 1e-8)       periodic  c(d) = e(wrap(d - delta)) / sum
 *     e(x) = exp(-x^2 / (2 sigma^2))
 *
 * The published form is not periodic in delta: beyond half a ring it falls to 0 and the head is dead.
 *
 * @param options.slots N, at least 2; options.delta shift and options.sigma focus width, in slots
 * @returns [N] weights; index i is the relative slot i - floor(N/2)
 * @throws UserError fewer than 2 slots, a delta that isn't finite, a sigma of 0 or below, another form
 */
export function shiftKernel(options: { slots: number; delta: number; sigma: number; form: KernelForm }): number[] {
  checkKeys("shiftKernel options", options, ["slots", "delta", "sigma", "form"]);
  const { slots, delta, sigma, form } = options;
  if (!Number.isInteger(slots) || slots < 2)
    throw new UserError(`slots is ${show(slots)}, expected a whole number of at least 2`);
  if (!Number.isFinite(delta)) throw new UserError(`delta is ${delta}, expected a finite number`);
  if (!(sigma > 0 && sigma < Infinity)) throw new UserError(`sigma is ${sigma}, expected more than 0`);
  checkNames("form", [form], ["published", "periodic"]);
  const distances = relativeSlots(slots).map((d) =>
    form === "published" ? wrap(d, slots) - delta : wrap(d - delta, slots),
  );
  // the periodic form is a softmax: taking the nearest slot's exponent out first keeps a narrow focus from underflowing
  const nearest = form === "periodic" ? Math.min(...distances.map(Math.abs)) : 0;
  const bells = distances.map((x) => Math.exp((nearest ** 2 - x ** 2) / (2 * sigma ** 2)));
  const sum = bells.reduce((a, b) => a + b, 0) + (form === "published" ? PUBLISHED_EPSILON : 0);
  return bells.map((bell) => bell / sum);
}

/** The relative slots that a kernel's weights stand for: -floor(N/2) and on, N of them. */
export function relativeSlots(slots: number): number[] {
  return Array.from({ length: slots }, (_, i) => i - Math.floor(slots / 2));
}

/**
 * Circular shift of a weighting: v_i = sum over j of c(i - j) w_j.
 *
 * @param weights [N]
 * @param kernel [N] as shiftKernel gives it
 * @returns [N]
 * @throws UserError lengths that differ
 */
export function shiftWeights(weights: readonly number[], kernel: readonly number[]): number[] {
  const slots = weights.length;
  if (kernel.length !== slots)
    throw new UserError(`kernel has ${kernel.length} weights, expected ${slots} as the weighting`);
  const centre = Math.floor(slots / 2);
  return weights.map((_, i) => weights.reduce((sum, w, j) => sum + w * kernel[(i - j + centre + slots) % slots]!, 0));
}

import type { RunRecord } from "./schema.js";

/** Whether a run's budget was long enough: how much its losses still changed over the last tenth of its epochs. */
export interface Flatness {
  /** epochs of that last tenth, at least 3 */
  epochs: number;
  /**
   * change of the training loss along its least-squares line over them, as a share of its mean there; -0.05: it still
   * fell by 5 %
   */
  trainLoss: number;
  /** the same of the validation loss, null without a validation set */
  validationLoss: number | null;
  /** neither loss still falls by more than `FALLING` */
  flat: boolean;
}

/** A loss that falls by more than this share over the last tenth of the epochs is not flat. */
export const FALLING = 0.02;

/**
 * How flat the loss of a run was at its end. A schedule that ends at the learning rate 0 flattens every curve: there,
 * compare with a run of another budget too.
 *
 * @returns null for a run that diverged, or is shorter than three epochs
 */
export function flatness({ curve, diverged }: RunRecord): Flatness | null {
  if (diverged || curve.length < 3) return null;
  const last = curve.slice(-Math.max(3, Math.ceil(curve.length / 10)));
  const trainLoss = relativeChange(last.map((point) => point.trainLoss));
  const validation = last.flatMap((point) => (point.validationLoss === undefined ? [] : [point.validationLoss]));
  const validationLoss = validation.length === last.length ? relativeChange(validation) : null;
  const falling = [trainLoss, validationLoss ?? 0].some((change) => change < -FALLING);
  return { epochs: last.length, trainLoss, validationLoss, flat: !falling };
}

/** Rise of the least-squares line from the first value to the last, over the mean; 0 where all are 0. */
function relativeChange(values: readonly number[]): number {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b) / n;
  const centre = (n - 1) / 2;
  const slope = values.reduce((sum, value, i) => sum + (i - centre) * value, 0) / ((n * (n * n - 1)) / 12);
  return mean === 0 ? 0 : (slope * (n - 1)) / mean;
}

import { show, UserError } from "../support/user-error.js";

/** Heights of the ten digits' outlines, drawn by hand (Greydanus 2020). Each starts and ends at 5. */
const OUTLINES: readonly (readonly number[])[] = [
  [5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5],
  [5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5],
  [5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5],
  [5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5],
  [5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5],
  [5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5],
  [5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5],
  [5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5],
  [5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5],
  [5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5],
];

/** Number of classes: the ten digits. */
export const CLASSES = OUTLINES.length;
export const TEMPLATE_LENGTH = OUTLINES[0]!.length;

/**
 * The clean signal of a digit: its outline whitened (mean 0, population standard deviation 1), moved to start at 0,
 * divided by 6.
 *
 * @param digit 0 to 9
 * @returns [12], first and last value 0
 * @throws UserError for another digit
 */
export function template(digit: number): Float64Array {
  const outline = OUTLINES[digit];
  if (outline === undefined) throw new UserError(`digit is ${show(digit)}, expected a whole number from 0 to 9`);
  const n = outline.length;
  const mean = outline.reduce((sum, value) => sum + value, 0) / n;
  const std = Math.sqrt(outline.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  const start = (outline[0]! - mean) / std;
  return Float64Array.from(outline, (value) => ((value - mean) / std - start) / 6);
}

/** The ten templates, [10][12], in the order of the digits. */
export function templates(): Float64Array[] {
  return OUTLINES.map((_, digit) => template(digit));
}

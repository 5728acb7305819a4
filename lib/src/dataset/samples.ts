import { checkWhole, show, UserError } from "../support/user-error.js";

/** Labelled rows, one after the other in one array. */
export interface Samples {
  /** [rows * length], row by row */
  readonly x: Float64Array;
  /** [rows], classes counted from 0 */
  readonly y: Int32Array;
  readonly rows: number;
}

/** A data set in two parts whose rows have `length` features each. */
export interface Dataset {
  readonly length: number;
  readonly train: Samples;
  readonly test: Samples;
}

/** Features per row, from the sizes. */
function features(samples: Samples): number {
  const length = samples.x.length / samples.rows;
  if (samples.rows < 1 || samples.y.length !== samples.rows || !Number.isInteger(length)) {
    throw new UserError(
      `samples have ${samples.rows} rows, ${samples.y.length} labels and ${samples.x.length} values, which don't fit`,
    );
  }
  return length;
}

/**
 * Values of row `index`.
 *
 * @returns [length], a view, not a copy
 * @throws UserError for a sample that isn't there, or when the sizes of `samples` don't fit together
 */
export function sampleRow(samples: Samples, index: number): Float64Array {
  const length = features(samples);
  if (!Number.isInteger(index) || index < 0 || index >= samples.rows) {
    throw new UserError(`sample is ${show(index)}, expected a whole number from 0 to ${samples.rows - 1}`);
  }
  return samples.x.subarray(index * length, (index + 1) * length);
}

/** The first `rows` samples to train, the rest to test; copies. @throws UserError when there are fewer */
export function cut(samples: Samples, rows: number): Pick<Dataset, "train" | "test"> {
  const length = features(samples);
  checkWhole("rows", rows, 0, samples.rows);
  const part = (start: number, end: number): Samples => ({
    x: samples.x.slice(start * length, end * length),
    y: samples.y.slice(start, end),
    rows: end - start,
  });
  return { train: part(0, rows), test: part(rows, samples.rows) };
}

function everyNth(samples: Samples, k: number): Samples {
  const length = features(samples);
  const kept = Math.ceil(length / k);
  const x = new Float64Array(samples.rows * kept);
  for (let r = 0; r < samples.rows; r++) {
    for (let f = 0; f < kept; f++) x[r * kept + f] = samples.x[r * length + f * k]!;
  }
  return { ...samples, x };
}

/**
 * The same data set with features 0, k, 2k, ... only: a shorter sequence for recurrent models.
 *
 * @param k 1 (all features, copied) to the number of features
 * @returns rows of ceil(length / k) features
 * @throws UserError for another k
 */
export function stride<D extends Dataset>(data: D, k: number): D {
  if (!Number.isInteger(k) || k < 1 || k > data.length) {
    throw new UserError(`stride is ${show(k)}, expected a whole number from 1 to ${data.length}`);
  }
  return { ...data, length: Math.ceil(data.length / k), train: everyNth(data.train, k), test: everyNth(data.test, k) };
}

import { Sheet, vectors } from "./sheet.js";
import { count, lengths, taskKind } from "./task.js";

const keys = {
  /** of a vector */
  bits: count.default(8),
  /** vectors */
  lengths: lengths([1, 20]),
};

/**
 * Copy (Graves et al. 2014, section 4.1): random vectors, then the same once more.
 *
 * Inputs: the bits, a start mark, an end mark. Steps: start, the vectors, end, the answers.
 */
export const copy = taskKind("copy", keys, ({ bits: width }) => ({
  inputs: width + 2,
  outputs: width,
  steps: (length) => 2 * length + 2,
  sample(random, length) {
    const sheet = new Sheet(2 * length + 2, width + 2, width);
    const shown = vectors(random, length, width);
    const after = sheet.list(shown);
    shown.forEach((vector, i) => sheet.ask(after + i, vector));
    return sheet;
  },
}));

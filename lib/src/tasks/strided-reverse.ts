import { Sheet, vectors } from "./sheet.js";
import { count, lengths, taskKind } from "./task.js";

const keys = {
  bits: count.default(8),
  /** vectors */
  lengths: lengths([1, 20]),
  stride: count.default(3),
};

/**
 * Reversed copy with a stride: random vectors, then the last of them, the one `stride` before it, and on to the first
 * in reach.
 *
 * Inputs: the bits, a start mark, an end mark. Steps: start, the vectors, end, the answers.
 */
export const stridedReverse = taskKind("strided-reverse", keys, ({ bits: width, stride }) => {
  const steps = (length: number) => length + 2 + Math.ceil(length / stride);
  return {
    inputs: width + 2,
    outputs: width,
    steps,
    sample(random, length) {
      const sheet = new Sheet(steps(length), width + 2, width);
      const stored = vectors(random, length, width);
      for (let i = length - 1, step = sheet.list(stored); i >= 0; i -= stride, step++) sheet.ask(step, stored[i]!);
      return sheet;
    },
  };
});

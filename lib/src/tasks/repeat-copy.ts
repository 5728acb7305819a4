import { z } from "zod";
import { Sheet, vectors } from "./sheet.js";
import { count, lengths, taskKind } from "./task.js";

const repeats = z
  .tuple([count, count])
  .refine(([low, high]) => low <= high, "expected [fewest, most] with fewest at most most");

const keys = {
  bits: count.default(8),
  /** vectors */
  lengths: lengths([1, 10]),
  /** how often, drawn from fewest to most */
  repeats: repeats.default([1, 10]),
  /** the repeats that the model was trained on, by which the count is normalised; absent: `repeats` */
  trainedRepeats: repeats.optional(),
};

/**
 * Repeat copy (Graves et al. 2014, section 4.2): random vectors, then the same as often as asked for, then an end mark.
 *
 * Inputs: the bits, a start mark, an end mark, and with the end mark the count, normalised to mean 0 and variance 1.
 * Outputs: the bits and an end mark. Steps: start, the vectors, end with the count, the answers.
 */
export const repeatCopy = taskKind("repeat-copy", keys, ({ bits: width, repeats, trainedRepeats }) => {
  const [inputs, outputs] = [width + 3, width + 1];
  const normalise = normaliser(trainedRepeats ?? repeats);
  const steps = (length: number, times: number) => 1 + length + 1 + length * times + 1;
  return {
    inputs,
    outputs,
    steps: (length) => steps(length, repeats[1]),
    sample(random, length) {
      const times = random.randint(repeats[0], repeats[1] + 1);
      const sheet = new Sheet(steps(length, times), inputs, outputs);
      const shown = vectors(random, length, width);
      const after = sheet.list(shown);
      sheet.show(after - 1, [normalise(times)], width + 2);
      shown.forEach((vector, i) => {
        for (let turn = 0; turn < times; turn++) sheet.ask(after + turn * length + i, vector);
      });
      sheet.ask(sheet.steps - 1, [...new Array<number>(width).fill(0), 1]);
      return sheet;
    },
  };
});

/**
 * Mean and standard deviation of a whole number drawn from low to high, both included; a constant stays as far from its
 * mean as it is.
 */
function normaliser([low, high]: [number, number]): (times: number) => number {
  const deviation = Math.sqrt(((high - low + 1) ** 2 - 1) / 12) || 1;
  return (times) => (times - (low + high) / 2) / deviation;
}

import { Mnist1dConfig } from "../dataset/config.js";
import { CLASSES, drawStages, templates } from "../dataset/sample.js";
import { Sheet } from "./sheet.js";
import { lengths, taskKind } from "./task.js";

/**
 * Of the generator's values, whatever the length: over 40,000 samples of 40, 80, 160 and 320 points within 0.0002 and
 * 0.0003 of these.
 */
const [MEAN, DEVIATION] = [-0.006, 0.1544];

/**
 * MNIST-1D without end, each digit stretched to as many points as the length says (published: 40); the answer is the
 * digit, at the last point.
 *
 * One input, ten classes. Steps: the points; centred and divided by their standard deviation as the fixed data set is.
 */
export const stretchedMnist1d = taskKind("mnist1d", { lengths: lengths([80, 80], 2) }, () => {
  const clean = templates();
  return {
    inputs: 1,
    outputs: CLASSES,
    answer: "classes",
    unit: "points",
    exists: [2, 10_000],
    steps: (length) => length,
    sample(random, length) {
      const digit = random.choice(CLASSES);
      const { signal } = drawStages(clean[digit]!, Mnist1dConfig.parse({ finalLength: length }), random).at(-1)!;
      const sheet = new Sheet(length, 1, CLASSES);
      signal.forEach((value, i) => sheet.show(i, [(value - MEAN) / DEVIATION]));
      sheet.ask(
        length - 1,
        clean.map((_, i) => (i === digit ? 1 : 0)),
      );
      return sheet;
    },
  };
});

import { z } from "zod";
import { Sheet, vectors } from "./sheet.js";
import { count, lengths, taskKind } from "./task.js";

const keys = {
  bits: count.default(8),
  /** vectors */
  lengths: lengths([20, 20]),
  /** the share of the vectors that is asked for; published: 16 of 20 */
  kept: z.number().positive().max(1).default(0.8),
};

/**
 * Priority sort (Graves et al. 2014, section 4.5): vectors, each with a priority; the answer is those of highest
 * priority, highest first.
 *
 * Inputs: the bits, a start mark, an end mark, and with each vector its priority, uniform in [-1, 1). Steps: start, the
 * vectors, end, the answers.
 */
export const prioritySort = taskKind("priority-sort", keys, ({ bits: width, kept }) => {
  const answers = (length: number) => Math.max(1, Math.round(kept * length));
  const steps = (length: number) => length + 2 + answers(length);
  return {
    inputs: width + 3,
    outputs: width,
    steps,
    sample(random, length) {
      const sheet = new Sheet(steps(length), width + 3, width);
      // float32, as the model sees it
      const listed = vectors(random, length, width).map((vector) => ({
        vector,
        priority: Math.fround(random.uniform(-1, 1)),
      }));
      const after = sheet.list(listed.map(({ vector }) => vector));
      listed.forEach(({ priority }, i) => sheet.show(1 + i, [priority], width + 2));
      const sorted = listed.sort((a, b) => b.priority - a.priority).slice(0, answers(length));
      sorted.forEach(({ vector }, i) => sheet.ask(after + i, vector));
      return sheet;
    },
  };
});

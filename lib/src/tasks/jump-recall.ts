import { z } from "zod";
import { Sheet, vectors } from "./sheet.js";
import { count, lengths, taskKind } from "./task.js";

const keys = {
  bits: count.default(8),
  /** vectors */
  lengths: lengths([2, 20]),
  /** how many distances are given, one after the other */
  queries: count.default(4),
  /** steps from a distance to its answer: what they leave time for, a shift by single slots can do too */
  delay: z.number().int().min(0).max(10_000).default(1),
  /** the distance, in vectors, that is shown as 1; absent: the longest length of the training */
  scale: z.number().positive().optional(),
};

/**
 * Jump recall: random vectors, then distances; the answer to each is the vector so far from the one answered before,
 * the first counted from behind the last vector, where a head that wrote one after the other has come to stand. A shift
 * by one slot needs as many steps as the distance is long, a jump needs one.
 *
 * Inputs: the bits, a start mark, an end mark, a query mark, and with it the distance (negative: back). Steps: start,
 * the vectors, end; for each query its mark with the distance, then `delay` steps, of which the last is the answer's
 * (with no delay the query's own).
 */
export const jumpRecall = taskKind("jump-recall", keys, (config) => {
  const { bits: width, lengths, queries, delay, scale = lengths[1] } = config;
  const steps = (length: number) => length + 2 + queries * (delay + 1);
  return {
    inputs: width + 4,
    outputs: width,
    steps,
    sample(random, length) {
      const sheet = new Sheet(steps(length), width + 4, width);
      const stored = vectors(random, length, width);
      const after = sheet.list(stored);
      let place = length;
      for (let query = 0; query < queries; query++) {
        const next = random.randint(0, length);
        const step = after + query * (delay + 1);
        sheet.show(step, [1, (next - place) / scale], width + 2);
        sheet.ask(step + delay, stored[next]!);
        place = next;
      }
      return sheet;
    },
  };
});

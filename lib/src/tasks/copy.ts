import { z } from "zod";
import { Sheet, vectors } from "./sheet.js";
import { checkLength, count, lengths, taskKind } from "./task.js";

/** Copy (Graves et al. 2014, section 4.1): random vectors, then the same once more. */
export const CopyConfig = z.strictObject({
  task: z.literal("copy"),
  /** of a vector */
  bits: count.default(8),
  /** vectors */
  lengths: lengths([1, 20]),
});

/** Inputs: the bits, a start mark, an end mark. Steps: start, the vectors, end, the answers. */
export const copy = taskKind(CopyConfig, ({ task: name, bits: width, lengths }) => ({
  name,
  inputs: width + 2,
  outputs: width,
  answer: "bits",
  unit: "vectors",
  lengths,
  steps: (length) => 2 * length + 2,
  sample(random, length) {
    checkLength(name, length);
    const sheet = new Sheet(2 * length + 2, width + 2, width);
    const shown = vectors(random, length, width);
    const after = sheet.list(shown);
    shown.forEach((vector, i) => {
      sheet.ask(after + i, vector);
    });
    return sheet;
  },
}));

import { z } from "zod";
import { bits, Sheet } from "./sheet.js";
import { lengths, type Sample, taskKind } from "./task.js";

const keys = {
  n: z.number().int().min(2).max(16).default(6),
  /** bits */
  lengths: lengths([200, 200]),
};

/**
 * Dynamic n-grams (Graves et al. 2014, section 4.4): each sequence has a table of its own that says, for every context
 * of n - 1 bits, how probable a 1 is to follow; each entry drawn from Beta(1/2, 1/2). The answer at each step is the
 * next bit.
 *
 * One input, one output. Answers are due from where the whole context is known; the last bit is asked for, never shown.
 */
export const ngrams = taskKind("ngrams", keys, ({ n }) => ({
  inputs: 1,
  outputs: 1,
  unit: "bits",
  exists: [n, 1_000_000],
  steps: (length) => length - 1,
  sample(random, length) {
    const table = Array.from({ length: 2 ** (n - 1) }, () => Math.sin((Math.PI / 2) * random.random()) ** 2);
    const sequence = bits(random, n - 1);
    while (sequence.length < length) {
      const context = Number.parseInt(sequence.slice(sequence.length - n + 1).join(""), 2);
      sequence.push(random.random() < table[context]! ? 1 : 0);
    }
    const sheet = new Sheet(length - 1, 1, 1);
    for (let step = 0; step < length - 1; step++) {
      sheet.show(step, [sequence[step]!]);
      if (step >= n - 2) sheet.ask(step, [sequence[step + 1]!]);
    }
    return sheet;
  },
  optimalBits: (sample) => optimalBits(sample, n),
}));

/**
 * The Bayes-optimal estimator, (ones + 1/2) / (all + 1) of what followed the same context before (Murphy 2012; Graves
 * et al. 2014, eq. 10).
 */
function optimalBits({ x, targets, mask, steps }: Sample, n: number): number {
  const seen = new Map<string, { ones: number; all: number }>();
  let cost = 0;
  for (let step = 0; step < steps; step++) {
    if (mask[step] === 0) continue;
    const context = x.slice(step - n + 2, step + 1).join("");
    const { ones, all } = seen.get(context) ?? { ones: 0, all: 0 };
    const one = (ones + 0.5) / (all + 1);
    const bit = targets[step]!;
    cost -= Math.log2(bit === 1 ? one : 1 - one);
    seen.set(context, { ones: ones + bit, all: all + 1 });
  }
  return cost;
}

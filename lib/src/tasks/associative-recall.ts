import type { RandomState } from "../support/random-state.js";
import { UserError } from "../support/user-error.js";
import { Sheet, vectors } from "./sheet.js";
import { count, lengths, taskKind } from "./task.js";

const keys = {
  bits: count.default(6),
  /** vectors of an item */
  vectors: count.default(3),
  /** items */
  lengths: lengths([2, 6], 2),
};

/**
 * Associative recall (Graves et al. 2014, section 4.3): a list of items, then one of them; the answer is the item after
 * it.
 *
 * Inputs: the bits, a mark before each item, a mark before and after the query. Steps: for each item its mark and its
 * vectors; query mark, the query's vectors, query mark; the answers. The items of a sample are all different, so that
 * the query is in one place.
 */
export const associativeRecall = taskKind("associative-recall", keys, ({ bits, vectors: rows, lengths }) => {
  const steps = (length: number) => length * (1 + rows) + 1 + rows + 1 + rows;
  const different = Math.min(2 ** (bits * rows), 1_000_000);
  if (different < lengths[1]) {
    throw new UserError(
      `task config.lengths is [${lengths}], but there are only ${different} items of ${rows} x ${bits} bits`,
    );
  }
  return {
    inputs: bits + 2,
    outputs: bits,
    unit: "items",
    exists: [2, different],
    steps,
    sample(random, length) {
      const items = differentItems(random, length, rows, bits);
      const asked = random.randint(0, length - 1);
      const sheet = new Sheet(steps(length), bits + 2, bits);
      let step = 0;
      for (const item of items) {
        sheet.show(step++, [1], bits);
        for (const vector of item) sheet.show(step++, vector);
      }
      sheet.show(step++, [1], bits + 1);
      for (const vector of items[asked]!) sheet.show(step++, vector);
      sheet.show(step++, [1], bits + 1);
      for (const vector of items[asked + 1]!) sheet.ask(step++, vector);
      return sheet;
    },
  };
});

function differentItems(random: RandomState, count: number, rows: number, width: number): number[][][] {
  const items = new Map<string, number[][]>();
  while (items.size < count) {
    const item = vectors(random, rows, width);
    items.set(item.join(), items.get(item.join()) ?? item);
  }
  return [...items.values()];
}

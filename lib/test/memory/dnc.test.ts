import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import { allocation, nextLinks, nextUsage } from "../../src/memory/index.js";
import { tf } from "../../src/tensorflow/tf.js";

const values = (tensor: Tensor) => Array.from(tensor.dataSync());
const near = (got: number[], want: number[], tolerance = 1e-5) => {
  assert.equal(got.length, want.length);
  want.forEach((value, i) => assert.ok(Math.abs(got[i]! - value) <= tolerance, `${got} is not ${want}`));
};
/** A share for each of so many slots, which sum to at most 1, as a head's weighting does. */
const weighting = (slots: number) =>
  fc
    .tuple(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: slots, maxLength: slots }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([parts, whole]) => {
      const sum = parts.reduce((a, b) => a + b, 0);
      return parts.map((part) => (sum > 0 ? (whole * part) / sum : 0));
    });

describe("allocation", () => {
  test("the least used slot gets what it is free, the next one what is left of that: by hand", () => {
    // order by usage: slot 1 (0.2), slot 2 (0.5), slot 0 (0.9)
    near(values(allocation(tf.tensor2d([[0.9, 0.2, 0.5]]))), [0.1 * 0.5 * 0.2, 0.8, 0.5 * 0.2]);
  });

  test("of slots that are used alike the first comes first", () => {
    near(values(allocation(tf.tensor2d([[0.5, 0.5, 0.5]]))), [0.5, 0.25, 0.125]);
    near(values(allocation(tf.tensor2d([[0, 0, 0]]))), [1, 0, 0]);
    near(values(allocation(tf.tensor2d([[1, 1]]))), [0, 0]);
  });

  test("gradients flow through the values of usage, not through their order", () => {
    // a = [(1 - u0) u1, 1 - u1] where u1 < u0
    const gradient = tf.grad((u) => tf.sum(tf.mul(allocation(u as Tensor2D), tf.tensor2d([[1, 10]]))));
    near(values(gradient(tf.tensor2d([[0.6, 0.3]]))), [-0.3, 0.4 - 10]);
  });

  test("whatever the usage, it is a weighting", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (usage) => {
        tf.tidy(() => {
          const given = values(allocation(tf.tensor2d([usage])));
          assert.ok(given.every((value) => value >= 0 && value <= 1 + 1e-6));
          assert.ok(given.reduce((a, b) => a + b, 0) <= 1 + 1e-5);
        });
      }),
      { numRuns: 100 },
    );
  });
});

test("usage: a write makes a slot used, a free gate gives back what was read", () => {
  const used = (free: number) =>
    values(
      nextUsage(tf.tensor2d([[0.5, 0]]), tf.tensor2d([[0.5, 1]]), tf.tensor3d([[[0, 1]]]), tf.tensor3d([[[free]]])),
    );
  near(used(0), [0.75, 1]);
  near(used(1), [0.75, 0]);
});

describe("temporal links", () => {
  test("written one after the other, each slot is linked to the one before", () => {
    tf.tidy(() => {
      let [links, precedence]: [Tensor3D, Tensor2D] = [tf.zeros([1, 3, 3]), tf.zeros([1, 3])];
      for (const slot of [2, 0, 1]) {
        const w = tf.tensor2d([[0, 1, 2].map((i) => (i === slot ? 1 : 0))]);
        ({ links, precedence } = nextLinks(links, precedence, w));
      }
      near(values(links), [0, 0, 1, 1, 0, 0, 0, 0, 0]);
      near(values(precedence), [0, 1, 0]);
    });
  });

  test("whatever is written, rows and columns sum to at most 1, and no slot follows itself", () => {
    const slots = 5;
    fc.assert(
      fc.property(fc.array(weighting(slots), { minLength: 1, maxLength: 12 }), (writes) => {
        tf.tidy(() => {
          let [links, precedence]: [Tensor3D, Tensor2D] = [tf.zeros([1, slots, slots]), tf.zeros([1, slots])];
          for (const weights of writes) ({ links, precedence } = nextLinks(links, precedence, tf.tensor2d([weights])));
          for (const axis of [1, 2]) assert.ok(values(tf.sum(links, axis)).every((sum) => sum <= 1 + 1e-5));
          assert.ok(values(tf.sum(precedence)).every((sum) => sum <= 1 + 1e-5));
          const matrix = (links.arraySync() as number[][][])[0]!;
          matrix.forEach((row, i) => {
            assert.equal(row[i], 0);
            assert.ok(row.every((value) => value >= -1e-6));
          });
        });
      }),
      { numRuns: 60 },
    );
  });
});

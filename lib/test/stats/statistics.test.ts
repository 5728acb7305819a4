/**
 * Expected values are worked out by hand where the comment says so, else made once by scipy 1.17.1 and statsmodels
 * 0.15.0: scipy.stats `ttest_rel`, `permutation_test` (samples, exact), `bootstrap` (BCa, 400,000 resamples),
 * `binomtest(...).proportion_ci("wilson")`, `friedmanchisquare`; statsmodels `multipletests(method="holm")`,
 * `TTestPower`, `TTestIndPower`.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bootstrapMean,
  friedman,
  groupsOf,
  holm,
  meanWilson,
  median,
  medianInterval,
  orderShare,
  orderSharePaired,
  pairedT,
  powerOfT,
  rankSum,
  ranks,
  seedsPaired,
  seedsUnpaired,
  signFlip,
  summarize,
  wilson,
} from "../../src/stats/index.js";
import { RandomState } from "../../src/support/random-state.js";
import { userMessage } from "../support.js";

const near = (a: number, b: number, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance, `${a} and ${b}`);

const accuracies = [0.81, 0.835, 0.8, 0.7925, 0.82, 0.8275, 0.79, 0.845, 0.8125, 0.8];
const differences = [8, 6, -8, 10, 4, 0, 16, 12, 6, -8];

test("summary by hand", () => {
  assert.deepEqual(summarize([1, 3]), { n: 2, mean: 2, sd: Math.SQRT2, min: 1, max: 3 });
  assert.equal(summarize([5]).sd, 0);
  assert.match(
    userMessage(() => summarize([])),
    /no values to summarize/,
  );
  assert.match(
    userMessage(() => median([])),
    /no values to take the median of/,
  );
  assert.deepEqual([median([3, 1, 2]), median([4, 1, 3, 2]), median([5])], [2, 2.5, 5]);
});

test("bootstrap: scipy's BCa, also for skewed values; the seed decides", () => {
  const even = bootstrapMean(accuracies)!;
  near(even.low, 0.80325, 0.0005);
  near(even.high, 0.825, 0.0005);
  const skewed = bootstrapMean([1, 1, 2, 2, 3, 3, 4, 5, 9, 30], { resamples: 100_000 })!;
  near(skewed.low, 2.8, 0.1); // the plain percentile interval is 2.3 to 11.8
  near(skewed.high, 16.1, 0.6); // scipy's own seeds give 16.0 to 16.1 at this number of resamples
  assert.deepEqual(bootstrapMean(accuracies), even);
  assert.notDeepEqual(bootstrapMean(accuracies, { seed: 1 }), even);
  const narrow = bootstrapMean(accuracies, { level: 0.5 })!;
  assert.ok(narrow.low > even.low && narrow.high < even.high);
});

test("bootstrap: nothing to tell from one value, no width where all are equal, nothing infinite", () => {
  assert.equal(bootstrapMean([0.8]), null);
  assert.deepEqual(bootstrapMean([0.8, 0.8, 0.8]), { low: 0.8000000000000002, high: 0.8000000000000002 });
  assert.throws(() => bootstrapMean([0.8, Number.NaN]), /value 2 of 2 is NaN/);
});

test("Wilson: scipy's interval, also where all are right or none", () => {
  const dms = wilson(647, 800);
  near(dms.low, 0.7800469211676906);
  near(dms.high, 0.8345021227753042);
  near(wilson(80, 80).low, 0.9541818704644729);
  near(wilson(80, 80).high, 1);
  near(wilson(0, 80).low, 0);
  // by 60 decimal digits: as a difference of two the end near 0 or 1 has none left
  const exact: [correct: number, of: number, low: number, high: number][] = [
    [1e-6, 100, 2.603176360964099e-15, 0.03699351746711312],
    [0.5, 800, 6.525363496301104e-5, 0.005957648975455977],
    [799.5, 800, 0.994042351024544, 0.999934746365037],
  ];
  for (const [correct, of, low, high] of exact) {
    const interval = meanWilson(correct, of);
    for (const [got, want] of [
      [interval.low, low],
      [interval.high, high],
    ] as const)
      assert.ok(Math.abs(got / want - 1) < 1e-14, `${correct} of ${of}: ${got} beside ${want}`);
  }
  near(wilson(647, 800, 0.99).low, 0.7704514809397605);
  assert.throws(() => wilson(9, 8), /correct is 9 of 8/);
});

test("Holm: statsmodels' values, and by hand", () => {
  holm([0.01, 0.04, 0.03, 0.005, 0.2]).forEach((p, i) => near(p, [0.04, 0.09, 0.09, 0.025, 0.2][i]!));
  assert.deepEqual(holm([0.7, 0.6]), [1, 1]);
  assert.deepEqual(holm([]), []);
});

test("paired t: scipy's values; one difference tells nothing, equal ones everything", () => {
  const { t, p } = pairedT(differences)!;
  near(t, 1.8304254763166499);
  near(p, 0.10042773495219237);
  assert.equal(pairedT([3]), null);
  assert.deepEqual(pairedT([0, 0]), { t: 0, p: 1 });
  assert.deepEqual(pairedT([-2, -2]), { t: Number.NEGATIVE_INFINITY, p: 0 });
});

test("sign-flip: scipy's exact permutation test, and by hand", () => {
  near(signFlip(differences), 0.1171875);
  near(signFlip(differences.map((d) => -d)), 0.1171875);
  // the sums of +-1 +-2 +-3 are 6 4 2 0 0 -2 -4 -6
  near(signFlip([1, 2, 3]), 2 / 8);
  near(signFlip([-1, 2, 3]), 4 / 8);
  near(signFlip([1, 0, 3, 0]), 2 / 4); // +-1 +-3: 4 2 -2 -4
  assert.equal(signFlip([0, 0]), 1);
  assert.equal(signFlip([]), 1);
  near(signFlip(Array.from({ length: 20 }, () => 5)), 2 / 2 ** 20, 1e-15);
  assert.throws(() => signFlip([0.5]), /difference is 0.5, expected whole numbers/);
});

test("power and seeds: statsmodels' values", () => {
  near(powerOfT(0.5 * Math.sqrt(20), 19), 0.5645044184390203, 1e-6);
  near(powerOfT(0.5 * Math.sqrt(10), 38), 0.3379389290249411, 1e-6);
  const point = { difference: 0.01 };
  assert.deepEqual(
    [0.01, 0.02, 0.03].map((sd) => seedsPaired(sd, point)),
    [10, 34, 73], // 9.94, 33.37, 72.58
  );
  assert.deepEqual(
    [0.01, 0.02, 0.03].map((sd) => seedsUnpaired(sd, point)),
    [17, 64, 143], // 16.71, 63.77, 142.25
  );
  assert.ok(seedsPaired(0.03, { ...point, power: 0.9 }) > 73);
  assert.equal(seedsPaired(0, point), 2);
  assert.throws(() => seedsPaired(0.03, { difference: 0 }), /difference is 0, expected more than 0/);
});

test("share of an order, by hand: all combinations, ties don't count", () => {
  // of 3 x 2 pairs, 5 > 4, 5 > 1, 3 > 1, 4 > 1 are in order; 4 = 4 and 3 < 4 are not
  near(
    orderShare([
      [5, 3, 4],
      [4, 1],
    ]),
    4 / 6,
  );
  // 9 > 5 > 1, 9 > 5 > 4, 9 > 3 > 1, 4 > 3 > 1 of 2 x 2 x 2
  near(
    orderShare([
      [9, 4],
      [5, 3],
      [1, 4],
    ]),
    4 / 8,
  );
  near(
    orderSharePaired([
      [3, 2, 1],
      [3, 3, 1],
      [9, 5, 0],
      [1, 2, 3],
    ]),
    2 / 4,
  );
});

test("share of an order: the count that a loop over all combinations gives", () => {
  const groups = [0, 1, 2, 3].map((g) => Array.from({ length: 6 }, (_, i) => (7 * i * (g + 2) + 3 * g) % 11));
  let ordered = 0;
  for (const a of groups[0]!)
    for (const b of groups[1]!)
      for (const c of groups[2]!) for (const d of groups[3]!) if (a > b && b > c && c > d) ordered++;
  assert.ok(ordered > 0);
  near(orderShare(groups), ordered / 6 ** 4);
});

test("ranks and Friedman's test: scipy's values, with ties", () => {
  assert.deepEqual(ranks([0.6, 0.8, 0.8, 0.9]), [4, 2.5, 2.5, 1]);
  const { averageRanks, statistic, p } = friedman([
    [0.6, 0.8, 0.81, 0.82],
    [0.61, 0.82, 0.81, 0.8],
    [0.59, 0.8, 0.8, 0.83],
    [0.6, 0.79, 0.82, 0.82],
    [0.62, 0.81, 0.83, 0.84],
  ]);
  assert.deepEqual(averageRanks, [4, 2.5, 2, 1.5]);
  near(statistic, 10.9375);
  near(p, 0.012068682163157742);
  assert.equal(
    friedman([
      [1, 1],
      [2, 2],
    ]).p,
    1,
  );
  assert.throws(() => friedman([[1, 2]]), /1 seeds of 2 models/);
});

test("groups: the longest stretches of neighbours of which no two differ", () => {
  const far = (a: number, b: number) => Math.abs(a - b) > 2;
  assert.deepEqual(groupsOf([1, 2, 3, 4, 8, 12, 13], far), [
    [1, 2, 3],
    [2, 3, 4],
    [12, 13],
  ]);
  assert.deepEqual(groupsOf([1, 5], far), []);
  assert.deepEqual(
    groupsOf([1, 2], () => false),
    [[1, 2]],
  );
});

test("rank sums: scipy's mannwhitneyu, exact; with ties every choice counted by hand in Python", () => {
  const [a, b] = [
    [0.01, 0.3, 0.02, 0.005, 2.1, 0.04, 0.015],
    [5.1, 0.9, 11, 0.035, 3.3, 8.2],
  ];
  const { below, p } = rankSum(a, b);
  near(p, 0.013986013986013986);
  near(below, 38 / 42);
  near(rankSum(b, a).below, 4 / 42);
  near(rankSum(b, a).p, p);
  near(rankSum([1, 2, 2, 3, 5, 1], [2, 3, 3, 4, 6]).p, 0.1645021645021645);
  // exact also of few against many: the share of the choices at the two ends
  const many = Array.from({ length: 700 }, (_, i) => i);
  near(rankSum([-3, -2, -1], many).p / (2 / ((703 * 702 * 701) / 6)), 1);
  // beyond what takes a second, near it all the same
  const apart = (few: number, others: number) => {
    const second = Array.from({ length: others }, (_, i) => i);
    return rankSum(
      second.slice(0, few).map((value) => value + 0.5),
      second,
    ).p;
  };
  assert.ok(apart(20, 1000) < 1e-13 && apart(20, 2000) < 1e-10);
  const { below: half, p: sure } = rankSum([1, 1], [1, 1]);
  assert.deepEqual([half, sure], [0.5, 1]);
  // ten against ten that lie wholly apart: 2 of 184,756 choices
  const low = Array.from({ length: 10 }, (_, i) => i);
  near(
    rankSum(
      low,
      low.map((value) => value + 10),
    ).p,
    2 / 184_756,
  );
  assert.equal(rankSum([1], [Number.POSITIVE_INFINITY]).below, 1);
  assert.throws(() => rankSum([], [1]), /samples have 0 and 1 values, expected at least one each/);
  assert.throws(() => rankSum([1], [2, Number.NaN]), /second: value 2 of 2 is NaN, expected a number/);
});

test("the share of pairs: an interval by Newcombe's equation, searched on a grid in Python", () => {
  const ten = Array.from({ length: 10 }, (_, i) => i);
  const ends = (a: readonly number[], b: readonly number[]) => {
    const { below, interval } = rankSum(a, b);
    return [below, interval.low, interval.high].map((share) => Math.round(1e6 * share) / 1e6);
  };
  // 45 of 100 pairs
  assert.deepEqual(
    ends(
      ten.map((value) => value + 0.5),
      ten,
    ),
    [0.45, 0.235946, 0.68715],
  );
  assert.deepEqual(ends([1, 5, 9, 12, 3], [2, 8, 1.5]), [0.333333, 0.092834, 0.720731]);
  assert.deepEqual(ends([1, 2, 3], [4, 5, 6, 7]), [1, 0.539692, 1]);
  // the other way round it is turned over; a single pair is a single toss, so Wilson's
  assert.deepEqual(ends([2, 8, 1.5], [1, 5, 9, 12, 3]), [0.666667, 0.279269, 0.907166]);
  const { interval } = rankSum([1], [2]);
  near(interval.low, wilson(1, 1).low);
  assert.equal(interval.high, 1);
});

test("typed arrays, as a tensor gives them, are numbers too", () => {
  const values = Float32Array.of(3, 1, 2, 5);
  assert.deepEqual([median(values), summarize(values).mean, ranks(values)], [2.5, 2.75, [2, 4, 3, 1]]);
  assert.deepEqual(bootstrapMean(values), bootstrapMean([...values]));
  assert.deepEqual(rankSum(values, Int32Array.of(7, 8)), rankSum([...values], [7, 8]));
  assert.deepEqual(signFlip(Int32Array.of(1, 2, -1)), signFlip([1, 2, -1]));
  assert.deepEqual(pairedT(values), pairedT([...values]));
  assert.deepEqual(medianInterval(values), medianInterval([...values]));
  assert.deepEqual(holm(Float64Array.of(0.01, 0.5)), [0.02, 0.5]);
  assert.throws(() => holm(Float64Array.of(2)), /p value 1 of 1 is 2/);
  assert.equal(orderSharePaired([Float32Array.of(3, 1), Float32Array.of(1, 3)]), 0.5);
});

test("it covers the share that normal samples of ten have in about 95 of 100 draws", () => {
  const random = RandomState.stream(0, "rank-sum");
  for (const [shift, share] of [
    [0, 0.5],
    [1, 0.760249939], // Phi(1 / sqrt 2)
    [2, 0.921350396],
  ] as const) {
    let covered = 0;
    for (let i = 0; i < 1000; i++) {
      const drawn = (more: number) => Array.from(random.standardNormals(10), (value) => value + more);
      const { interval } = rankSum(drawn(0), drawn(shift));
      if (interval.low <= share && share <= interval.high) covered++;
    }
    assert.ok(covered >= 930 && covered <= 990, `${shift}: ${covered}`);
  }
});

test("interval of the median by hand: of ten values the second and the ninth cover 1 - 22/1024", () => {
  const ten = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
  assert.deepEqual(medianInterval(ten), { low: 2, high: 9 });
  assert.deepEqual(medianInterval(ten, 0.98), { low: 1, high: 10 });
  assert.deepEqual(medianInterval([3, 1, 2]), { low: 1, high: 3 });
  assert.deepEqual(medianInterval([4]), { low: 4, high: 4 });
  assert.equal(medianInterval([]), null);
  assert.throws(() => medianInterval([Number.NaN]), /is NaN/);
});

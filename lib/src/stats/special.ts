/** Terms that change a sum or a fraction by less than this end it. */
const EPSILON = 2 ** -53;
/** Keeps Lentz's fractions from a division by 0. */
const TINY = 1e-300;
const MOST_TERMS = 1_000_000;

/**
 * Shares of a distribution below and above a point: each to its own last digits, which 1 minus the other would lose.
 */
export interface Tails {
  lower: number;
  upper: number;
}

/** Stirling's series for ln n!, without its first terms: error below 1e-17 from 15 on. */
function stirlingSeries(n: number): number {
  const square = 1 / (n * n);
  return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / n;
}

/**
 * ln n! - ((n + 1/2) ln n - n + ln(2 pi)/2) for n > 0, the correction that Loader (2000, "Fast and accurate computation
 * of binomial probabilities") keeps apart: logarithms of large factorials would leave few digits of their difference.
 */
function stirlingError(n: number): number {
  if (n >= 15) return stirlingSeries(n);
  // up to 15 by (m - 1)! = m! / m
  let error = 0;
  let m = n;
  for (; m < 15; m++) error += (m + 0.5) * Math.log1p(1 / m) - 1;
  return error + stirlingSeries(m);
}

/** x ln(x / mean) + mean - x, without cancellation where both are close (Loader 2000). */
function deviance(x: number, mean: number): number {
  const relative = (x - mean) / mean;
  if (Math.abs(relative) > 0.1) return x === 0 ? mean : x * Math.log(x / mean) + mean - x;
  // (1 + r) ln(1 + r) - r = sum over k >= 2 of (-r)^k / (k (k - 1))
  let sum = 0;
  let power = relative * relative;
  for (let k = 2; Math.abs(power) > EPSILON * EPSILON; k++) {
    sum += power / (k * (k - 1));
    power *= -relative;
    if (k > 40) break;
  }
  return mean * sum;
}

/** Lentz's evaluation of the fraction start + a1 / (b1 + a2 / (b2 + ...)). @param term [a, b] of the k-th, k from 1 */
function continuedFraction(start: number, term: (k: number) => [a: number, b: number]): number {
  let value = start || TINY;
  let c = value;
  let d = 0;
  for (let k = 1; k < MOST_TERMS; k++) {
    const [a, b] = term(k);
    d = 1 / (b + a * d || TINY);
    c = b + a / c || TINY;
    value *= c * d;
    if (Math.abs(c * d - 1) < 4 * EPSILON) break;
  }
  return value;
}

/**
 * The regularised incomplete gamma functions P(a, x) and Q(a, x) (DLMF 8.7.1, 8.9.2).
 *
 * @param a more than 0 @param x at least 0
 */
export function gammaTails(a: number, x: number): Tails {
  if (x === 0) return { lower: 0, upper: 1 };
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  // x^a e^-x / gamma(a + 1)
  const density = Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a);
  if (x < a + 1) {
    let term = 1;
    let sum = 1;
    for (let k = 1; k < MOST_TERMS && term > EPSILON * sum; k++) {
      term *= x / (a + k);
      sum += term;
    }
    return { lower: density * sum, upper: 1 - density * sum };
  }
  const upper = (density * a) / continuedFraction(x + 1 - a, (k) => [k * (a - k), x + 2 * k + 1 - a]);
  return { lower: 1 - upper, upper };
}

/**
 * The regularised incomplete beta function I_x(a, b), and 1 minus it (DLMF 8.17.22).
 *
 * @param x from 0 to 1 @param y 1 - x, exact where x is close to 1
 */
export function betaTails(a: number, b: number, x: number, y: number): Tails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (y <= 0) return { lower: 1, upper: 0 };
  if (x * (b + 1) > (a + 1) * y) {
    const { lower, upper } = betaTails(b, a, y, x);
    return { lower: upper, upper: lower };
  }
  // x^a y^b / (a B(a, b)), by Loader's binomial probability of a among a + b
  const n = a + b;
  const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
  const density = Math.exp(exponent) * Math.sqrt(b / (2 * Math.PI * a * n));
  const fraction = continuedFraction(1, (k) => {
    const m = k >> 1;
    const step = a + k - 1;
    const up = k % 2 === 0 ? m * (b - m) : -(a + m) * (n + m);
    return [(up * x) / (step * (step + 1)), 1];
  });
  return { lower: density / fraction, upper: 1 - density / fraction };
}

/** The standard normal distribution. */
export function normalTails(z: number): Tails {
  const { lower, upper } = gammaTails(0.5, (z * z) / 2);
  return z < 0 ? { lower: upper / 2, upper: (1 + lower) / 2 } : { lower: (1 + lower) / 2, upper: upper / 2 };
}

/** Student's t distribution. @param degrees of freedom, more than 0 */
export function studentTails(t: number, degrees: number): Tails {
  const square = (t / Math.sqrt(degrees)) ** 2;
  const [x, y] = square > 1 ? [1 / (1 + square), 1 / (1 + 1 / square)] : [1 / (1 + square), square / (1 + square)];
  const { lower, upper } = betaTails(degrees / 2, 0.5, x, y);
  const [outside, inside] = [lower / 2, (1 + upper) / 2];
  return t < 0 ? { lower: outside, upper: inside } : { lower: inside, upper: outside };
}

/** The chi squared distribution. @param degrees of freedom, more than 0 */
export function chiSquareTails(value: number, degrees: number): Tails {
  return gammaTails(degrees / 2, value / 2);
}

/** How many of n coins show heads: the shares at most `heads`, and above. */
export function coinTails(heads: number, n: number): Tails {
  if (heads < 0) return { lower: 0, upper: 1 };
  if (heads >= n) return { lower: 1, upper: 0 };
  return betaTails(n - heads, heads + 1, 0.5, 0.5);
}

/** The normal value that a share of `tail` lies above. @param tail from 0 to 1 */
export function normalAbove(tail: number): number {
  return above(tail, normalTails);
}

/** The normal value that a share of `level` lies closer to 0 than. @param level from 0 to 1, both excluded */
export function normalWithin(level: number): number {
  // near 0 the tails would leave few of its digits
  if (level >= 0.5) return normalAbove((1 - level) / 2);
  return bisected((z) => gammaTails(0.5, (z * z) / 2).lower > level, 0, 1);
}

/** The value of Student's t that a share of `tail` lies above. @param tail from 0 to 1 */
export function studentAbove(tail: number, degrees: number): number {
  return above(tail, (t) => studentTails(t, degrees));
}

/**
 * Where the upper tail of a distribution symmetric about 0 is `tail`: bracketed by doubling, then bisected to the last
 * bit.
 */
function above(tail: number, tails: (value: number) => Tails): number {
  if (tail > 0.5) return -above(1 - tail, tails);
  if (tail === 0.5) return 0;
  if (tail === 0) return Number.POSITIVE_INFINITY;
  let high = 1;
  while (tails(high).upper > tail && high < 1e300) high *= 2;
  return bisected((value) => tails(value).upper <= tail, high === 1 ? 0 : high / 2, high);
}

/** Where something begins to hold between `low` and `high`, to the last bit. */
function bisected(holds: (value: number) => boolean, low: number, high: number): number {
  let [before, from] = [low, high];
  for (let middle = (before + from) / 2; middle > before && middle < from; middle = (before + from) / 2) {
    if (holds(middle)) from = middle;
    else before = middle;
  }
  return (before + from) / 2;
}

/**
 * The first whole number above `low`, at most `high`, for which something holds that holds for all further ones too.
 * That it holds for `high` is taken for granted.
 */
export function firstWhole(low: number, high: number, holds: (n: number) => boolean): number {
  let [before, from] = [low, high];
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (holds(middle)) from = middle;
    else before = middle;
  }
  return from;
}

import { createHash } from "node:crypto";
import MersenneTwister from "mersenne-twister";
import { show, UserError } from "./user-error.js";

const WORD_LIMIT = 2 ** 32;

/** What `RandomState.shuffle` can reorder in place. */
export type Shuffleable = unknown[] | Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

function isWord(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < WORD_LIMIT;
}

function checkCount(value: number, what: string): void {
  if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
    throw new UserError(`${what} is ${show(value)}, expected a whole number from 0 to 2147483647`);
  }
}

function seedKey(seed: number | ArrayLike<number>): number | number[] {
  if (typeof seed === "number") {
    if (isWord(seed)) return seed;
    throw new UserError(`seed is ${show(seed)}, expected a whole number from 0 to 4294967295`);
  }
  if (!Array.isArray(seed) && !ArrayBuffer.isView(seed)) {
    throw new UserError(`seed is ${show(seed)}, expected a whole number or an array of them`);
  }
  const words = Array.from(seed as ArrayLike<number>);
  if (words.length === 0) throw new UserError("seed is an empty array, expected at least one word");
  const bad = words.findIndex((word) => !isWord(word));
  if (bad >= 0)
    throw new UserError(`seed[${bad}] is ${show(words[bad])}, expected a whole number from 0 to 4294967295`);
  return words;
}

/**
 * numpy's legacy `RandomState`: the same seed and the same calls give the same numbers. numpy has frozen that sequence
 * (NEP 19), so that it serves as a specification. Integers and `random` are equal bit for bit, normals to the last bit
 * of `Math.log`.
 *
 * Every draw advances the one state, in the order of the calls. Not for cryptography.
 */
export class RandomState {
  private readonly twister: MersenneTwister;
  /** the one number that it was made from, or that its stream was named with; undefined for a key of several words */
  readonly seed: number | undefined;
  /** second value of the last polar pair, not yet given out */
  private spare: number | undefined;

  /**
   * @param seed a whole number from 0 to 2^32 - 1, or one or more such words (a key, as in `RandomState([1, 2, 3])`)
   * @throws UserError when it is neither
   */
  constructor(seed: number | ArrayLike<number>);
  /** @internal */
  constructor(key: ArrayLike<number>, seed: number);
  constructor(seed: number | ArrayLike<number>, known?: number) {
    this.twister = new MersenneTwister(seedKey(seed));
    this.seed = known ?? (typeof seed === "number" ? seed : undefined);
  }

  /**
   * A stream of its own for each purpose: what one part of a run draws never moves the numbers of another part.
   * The key is the SHA-256 of "seed/name" (UTF-8) as eight big-endian words, so streams don't overlap in practice.
   *
   * @param seed a whole number from 0 to 2^32 - 1
   * @param name what the numbers are for, e.g. "batches"
   */
  static stream(seed: number, name: string): RandomState {
    if (!isWord(seed)) throw new UserError(`seed is ${show(seed)}, expected a whole number from 0 to 4294967295`);
    if (typeof name !== "string" || name === "") throw new UserError(`stream name is ${show(name)}, expected a text`);
    const digest = createHash("sha256").update(`${seed}/${name}`, "utf8").digest();
    return new RandomState(
      Array.from({ length: 8 }, (_, i) => digest.readUInt32BE(4 * i)),
      seed,
    );
  }

  /** Uniform in [0, 1) with 53 bits: numpy's `random_sample`, `rand`. */
  random(): number {
    return this.twister.random_long();
  }

  /** Uniform in [low, high). */
  uniform(low: number, high: number): number {
    if (!Number.isFinite(high - low)) throw new UserError(`range is ${show([low, high])}, expected two finite numbers`);
    return low + (high - low) * this.random();
  }

  /** Standard normal by Marsaglia's polar method, two at a time: numpy's `standard_normal`, `randn`. */
  standardNormal(): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return value;
    }
    let x: number;
    let y: number;
    let r2: number;
    do {
      x = 2 * this.random() - 1;
      y = 2 * this.random() - 1;
      r2 = x * x + y * y;
    } while (r2 >= 1 || r2 === 0);
    const f = Math.sqrt((-2 * Math.log(r2)) / r2);
    this.spare = f * x;
    return f * y;
  }

  /** `count` standard normals in order: numpy's `randn(count)`. */
  standardNormals(count: number): Float64Array {
    checkCount(count, "count");
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = this.standardNormal();
    return values;
  }

  /** Whole number with low <= value < high, at most 2^32 of them: numpy's `randint(low, high)`. */
  randint(low: number, high: number): number {
    const range = high - low;
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || range < 1 || range > WORD_LIMIT) {
      throw new UserError(`range is ${show([low, high])}, expected whole numbers with low < high <= low + 4294967296`);
    }
    return low + this.interval(range - 1);
  }

  /** Whole number with 0 <= value < n: numpy's `choice(n)`. */
  choice(n: number): number {
    return this.randint(0, n);
  }

  /** Reorders `values` in place (Fisher and Yates, from the end) and returns it: numpy's `shuffle`. */
  shuffle<T extends Shuffleable>(values: T): T {
    // One element type for the compiler; at run time each array keeps its own.
    const items = values as unknown[];
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.interval(i);
      const item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
    return values;
  }

  /** 0 to n - 1 in random order: numpy's `permutation(n)`. */
  permutation(n: number): Int32Array {
    checkCount(n, "n");
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    return this.shuffle(order);
  }

  /**
   * 0 to max inclusive, unbiased: words under the smallest bit mask that holds max, until one fits. Draws nothing for
   * 0.
   */
  private interval(max: number): number {
    if (max === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(max);
    let value: number;
    do {
      value = (this.twister.random_int() & mask) >>> 0;
    } while (value > max);
    return value;
  }
}

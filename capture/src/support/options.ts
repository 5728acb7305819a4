import { show, UserError } from "./user-error.js";

/** What the value of an option has to be. */
export interface Rule {
  fits(value: unknown): boolean;
  /** in words, behind "expected" */
  readonly expected: string;
}

/** True or false. */
export const TRUTH: Rule = { fits: (value) => typeof value === "boolean", expected: "true or false" };

/** One of these words. */
export const oneOf = (...words: string[]): Rule => ({
  fits: (value) => typeof value === "string" && words.includes(value),
  expected: `one of ${words.map((word) => show(word)).join(", ")}`,
});

const numberThat = (fits: (value: number) => boolean, expected: string): Rule => ({
  fits: (value) => Number.isFinite(value) && fits(value as number),
  expected,
});

/** Of a running mean, how much of it is kept. */
export const DECAY = numberThat((value) => value >= 0 && value < 1, "a number of at least 0 and less than 1");
export const NOT_NEGATIVE = numberThat((value) => value >= 0, "at least 0");
export const POSITIVE = numberThat((value) => value > 0, "more than 0");

/** For what is looked at elsewhere. */
export const ANYTHING: Rule = { fits: () => true, expected: "anything" };

/**
 * Checks the names of options.
 *
 * @param what how they are called in the error, e.g. "adam"
 * @throws UserError one line when they are no object, or with the names that aren't known
 */
export function checkKeys(what: string, options: unknown, known: readonly string[]): asserts options is object {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new UserError(`${what} is ${show(options)}, expected an object, with some of ${known.join(", ")}`);
  const unknown = Object.keys(options).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  const named = `${unknown.length > 1 ? "keys" : "key"} ${unknown.join(", ")}`;
  throw new UserError(`${what} has the unknown ${named}: known are ${known.join(", ")}`);
}

/**
 * Checks options, all of which may be left out.
 *
 * @param what how they are called in the error, e.g. "adam"
 * @throws UserError one line with the option, its value and what is allowed
 */
export function checkOptions(what: string, options: unknown, rules: Readonly<Record<string, Rule>>): void {
  checkKeys(what, options, Object.keys(rules));
  for (const [key, value] of Object.entries(options)) {
    const { fits, expected } = rules[key]!;
    if (value !== undefined && !fits(value))
      throw new UserError(`${what}.${key} is ${show(value)}, expected ${expected}`);
  }
}

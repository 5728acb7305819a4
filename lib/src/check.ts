import { inspect } from "node:util";
import { z } from "zod";

/** A mistake of the user's: the message is one line that says what was wrong, with the value, and what to do. */
export class UserError extends Error {
  override name = "UserError";

  /** How Node and notebooks print it: the line alone, since a stack would say nothing about the mistake. */
  [inspect.custom](): string {
    return `${this.name}: ${this.message}`;
  }
}

/** A value as it appears in an error line: short, on one line. */
export function show(value: unknown): string {
  const text = written(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function written(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (value instanceof Promise) return "a promise";
  if (typeof value === "bigint") return `${value}n`;
  // JSON would call NaN and infinities null
  if (typeof value === "number") return String(value);
  if (hasMethods(value, ["dataSync"])) return `a tf.Tensor [${(value as { shape: number[] }).shape}]`;
  if (hasMethods(value, ["getWeights", "predict"])) return "a model";
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${(value as Uint8Array).length} values`;
  try {
    const plain = (_: string, inner: unknown) =>
      typeof inner === "bigint" || (typeof inner === "number" && !Number.isFinite(inner)) ? String(inner) : inner;
    return JSON.stringify(value, plain) ?? String(value);
  } catch {
    return "an object that holds itself";
  }
}

/**
 * Checks a count.
 *
 * @param what how it is called in the error
 * @throws UserError when it isn't a whole number from `least` to `most`
 */
export function checkWhole(what: string, value: number, least = 1, most = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new UserError(`${what} is ${show(value)}, expected a whole number ${range}`);
}

/** @throws UserError when it isn't a finite number above 0 */
export function checkPositive(what: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new UserError(`${what} is ${show(value)}, expected more than 0`);
}

/**
 * Checks names that are given by a user.
 *
 * @param what how one is called in the error, e.g. "model"; of several an "s" is put behind it
 * @throws UserError when there is none, or one isn't among the known ones
 */
export function checkNames(what: string, names: readonly string[], known: readonly string[]): void {
  if (names.length === 0) throw new UserError(`${what}s is empty, expected some of ${listed(known)}`);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UserError(`${what} is ${show(unknown)}, expected one of ${listed(known)}`);
}

/** Names that are listed at most: a line that goes on for ever says nothing. */
const LISTED = 24;

const listed = (names: readonly string[]): string =>
  names.length > LISTED ? `${names.slice(0, LISTED).join(", ")} and ${names.length - LISTED} more` : names.join(", ");

const PLURAL: Record<string, string> = { string: "characters", array: "items", set: "items", map: "entries" };

/** A key as it is where it is one word, else in quotes. */
function word(key: string): string {
  return /^[\w.-]+$/.test(key) ? key : show(key);
}

function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected === "int" ? "a whole number" : issue.expected}`;
    case "too_small": {
      const unit = PLURAL[issue.origin] ? ` ${PLURAL[issue.origin]}` : "";
      return `expected ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}${unit}`;
    }
    case "too_big": {
      const unit = PLURAL[issue.origin] ? ` ${PLURAL[issue.origin]}` : "";
      return `expected ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}${unit}`;
    }
    case "invalid_value":
      return `expected ${issue.values.length > 1 ? "one of " : ""}${issue.values.map(show).join(", ")}`;
    case "not_multiple_of":
      return `expected a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return `has the unknown ${issue.keys.length > 1 ? "keys" : "key"} ${issue.keys.map(word).join(", ")}`;
    default:
      return issue.message.replace(/^Invalid discriminator value\. E/, "e");
  }
}

/** The most telling issue: inside a union, that of the branch which came furthest. */
function deepest(issue: z.core.$ZodIssue): { path: PropertyKey[]; issue: z.core.$ZodIssue } {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return { path: [...issue.path], issue };
  const inner = issue.errors.flatMap((branch) => (branch[0] ? [deepest(branch[0])] : []));
  const best = inner.reduce((a, b) => (b.path.length > a.path.length ? b : a), inner[0]!);
  return { path: [...issue.path, ...best.path], issue: best.issue };
}

function at(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (v, key) => (v === null || v === undefined ? undefined : (v as Record<PropertyKey, unknown>)[key]),
    value,
  );
}

/**
 * Parses `value` by a zod schema, defaults filled in.
 *
 * @param what how the value is called in the error, e.g. "run config"
 * @throws UserError one line with the field, its value and what is allowed
 */
export function check<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const result = parsed(schema, value, what);
  if (result.success) return result.data;
  const { path, issue } = deepest(result.error.issues[0]!);
  const field = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${word(String(key))}`)).join("");
  const name = `${what}${field}`;
  if (issue.code === "unrecognized_keys") throw new UserError(`${name} ${allowed(issue)}`);
  const found = at(value, path);
  throw new UserError(`${name} is ${found === undefined ? "missing" : show(found)}, ${allowed(issue)}`);
}

function parsed<S extends z.ZodType>(schema: S, value: unknown, what: string) {
  try {
    return schema.safeParse(value);
  } catch (error) {
    // JSON can be nested deeper than any schema can follow
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`${what} is nested too deeply: make it flatter`);
  }
}

/** A schema of functions. @param form what they do, as it may stand behind "a function that" */
export function functionThat(form: string) {
  return z.custom<(...given: never[]) => unknown>((value) => typeof value === "function", `expected a function that ${form}`);
}

/** Whether a value is an object with these methods. */
export function hasMethods(value: unknown, methods: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return methods.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
}

/** A schema of objects by the methods that are used of them. @param kind e.g. "a RandomState" */
export function objectWith(methods: readonly string[], kind: string) {
  return z.custom<object>((value) => hasMethods(value, methods), `expected ${kind}`);
}

/**
 * A schema that looks at a value to choose the schema for it, each time that it parses: for kinds of things that become known later.
 *
 * @param choose gets any value, also undefined
 */
export function choosing<T>(choose: (value: unknown) => z.ZodType<T>): z.ZodType<T> {
  return z.unknown().transform((value, context) => {
    const result = choose(value).safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.addIssue({ ...issue, path: [...issue.path] } as never);
    return z.NEVER;
  }) as unknown as z.ZodType<T>;
}

/** A schema that refuses every value, for the reason that `check` then gives. @param path what of the value is to blame */
export function refusing(path: string[], message: string): z.ZodType<never> {
  return z.unknown().superRefine((_, context) => void context.addIssue({ code: "custom", path, message })) as never;
}

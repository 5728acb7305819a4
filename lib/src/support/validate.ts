import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { hasMethods, show, UserError } from "./user-error.js";

const PLURAL: Record<string, string> = { string: " characters", array: " items", set: " items", map: " entries" };

/** A key as it is where it is one word, else in quotes. */
function word(key: string): string {
  return /^[\w.-]+$/.test(key) ? key : show(key);
}

function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      // that of a schema that says it itself
      if (issue.message.startsWith("expected ")) return issue.message;
      return `expected ${issue.expected === "int" ? "a whole number" : issue.expected}`;
    case "too_small":
      return `expected ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}${PLURAL[issue.origin] ?? ""}`;
    case "too_big":
      return `expected ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}${PLURAL[issue.origin] ?? ""}`;
    case "invalid_value":
      return `expected ${issue.values.length > 1 ? "one of " : ""}${issue.values.map(show).join(", ")}`;
    case "not_multiple_of":
      return `expected a multiple of ${issue.divisor}`;
    default:
      return issue.message;
  }
}

/** The most telling issue: inside a union, that of the branch which came furthest. */
function deepest(issue: z.core.$ZodIssue): { path: PropertyKey[]; issue: z.core.$ZodIssue } {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return { path: [...issue.path], issue };
  const inner = issue.errors.flatMap((branch) => (branch[0] ? [deepest(branch[0])] : []));
  const best =
    inner.find((one) => one.issue.message.includes(DID_YOU_MEAN)) ??
    inner.reduce((a, b) => (b.path.length > a.path.length ? b : a), inner[0]!);
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
  const { issues } = result.error;
  // a misspelt key is what is wrong, that the right one is missing is what follows from it
  const misspelt = issues.find(({ message }) => message.includes(DID_YOU_MEAN));
  const { path, issue } = deepest(misspelt && isPrefix(misspelt.path, issues[0]!.path) ? misspelt : issues[0]!);
  const field = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${word(String(key))}`)).join("");
  const name = `${what}${field}`;
  if (issue.code === "unrecognized_keys") throw new UserError(`${name} ${allowed(issue)}`);
  const found = at(value, path);
  throw new UserError(`${name} is ${found === undefined ? "missing" : show(found)}, ${allowed(issue)}`);
}

const isPrefix = (short: PropertyKey[], long: PropertyKey[]) => short.every((key, i) => key === long[i]);

/** What is wrong with unknown keys: only while it parses does a schema say which keys it knows. */
function unknownKeys(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== "unrecognized_keys") return undefined;
  const unknown = issue.keys as string[];
  const { shape = {} } = (issue.inst?._zod.def ?? {}) as { shape?: object };
  const known = Object.keys(shape);
  const left = known.filter((key) => !Object.hasOwn(issue.input as object, key));
  // one that is there too may come from defaults
  const meant = [left, known]
    .flatMap((keys) => unknown.map((key) => didYouMean(key, keys)))
    .find((hint) => hint !== "");
  const hint = meant ?? (known.length > 0 ? `: known are ${known.join(", ")}` : "");
  return `has the unknown ${unknown.length > 1 ? "keys" : "key"} ${unknown.map(word).join(", ")}${hint}`;
}

function parsed<S extends z.ZodType>(schema: S, value: unknown, what: string) {
  try {
    return schema.safeParse(value, { error: unknownKeys });
  } catch (error) {
    // JSON can be nested deeper than any schema can follow
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`${what} is nested too deeply: make it flatter`);
  }
}

/** A schema of functions. @param form what they do, as it may stand behind "a function that" */
export function functionThat(form: string) {
  return z.custom<(...given: never[]) => unknown>(
    (value) => typeof value === "function",
    `expected a function that ${form}`,
  );
}

/** A schema of objects by the methods that are used of them. @param kind e.g. "a RandomState" */
export function objectWith(methods: readonly string[], kind: string) {
  return z.custom<object>((value) => hasMethods(value, methods), `expected ${kind}`);
}

/**
 * A schema that looks at a value to choose the schema for it, each time that it parses: for kinds of things that become
 * known later.
 *
 * @param choose gets any value, also undefined
 */
export function choosing<T>(choose: (value: unknown) => z.ZodType<T>): z.ZodType<T> {
  return z.unknown().transform((value, context) => {
    const result = choose(value).safeParse(value, { error: unknownKeys });
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.addIssue({ ...issue, path: [...issue.path] } as never);
    return z.NEVER;
  }) as unknown as z.ZodType<T>;
}

/**
 * A schema of objects that refuses those whose keys it would change each time: a config is checked again whenever it is
 * taken from another or from a record.
 */
export function settled<S extends z.ZodType>(schema: S): S {
  return schema.superRefine((value, context) => {
    const again = schema.safeParse(value);
    const changed = (key: string) => !isDeepStrictEqual(again.data![key as never], value![key as never]);
    const key = again.success ? Object.keys(value!).find(changed) : again.error.issues[0]!.path[0];
    if (key === undefined) return;
    const message = "which its schema changes or refuses when it is checked again: transform it where it is used";
    context.addIssue({ code: "custom", path: [key], message });
  });
}

/**
 * A schema that refuses every value, for the reason that `check` then gives.
 * @param path what of the value is to blame
 */
export function refusing(path: string[], message: string): z.ZodType<never> {
  return z.unknown().superRefine((_, context) => void context.addIssue({ code: "custom", path, message })) as never;
}

/** Letters in which a misspelt word may differ from the one that was meant. */
const MISSPELT = 2;

const DID_YOU_MEAN = "; did you mean ";

/** `"; did you mean ...?"` with the word that is most like another, nothing when none is much like it. */
export function didYouMean(word: string, words: readonly string[]): string {
  const found = words
    .map((meant) => ({ meant, letters: distance(word, meant) }))
    .sort((a, b) => a.letters - b.letters)[0];
  return found && found.letters <= Math.min(MISSPELT, word.length - 1) ? `${DID_YOU_MEAN}${found.meant}?` : "";
}

/** Letters that have to be put in, taken out or replaced to make one word of the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row.at(-1)!;
}

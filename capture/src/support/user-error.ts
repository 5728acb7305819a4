import { inspect } from "node:util";

/** A mistake of the user's: the message is one line that says what was wrong, with the value, and what to do. */
export class UserError extends Error {
  override name = "UserError";

  /** How Node and notebooks print it: the line alone, since a stack would say nothing about the mistake. @internal */
  [inspect.custom](): string {
    return `${this.name}: ${this.message}`;
  }
}

/** Why a function can't be captured or a captured one can't run: one line with the op and the way out. */
export class CaptureError extends UserError {
  override name = "CaptureError";
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
    const plain = (_: string, inner: unknown) => {
      if (hasMethods(inner, ["dataSync"])) return written(inner);
      return typeof inner === "bigint" || (typeof inner === "number" && !Number.isFinite(inner))
        ? String(inner)
        : inner;
    };
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
  throw new UserError(
    `${what} is ${show(value)}, expected ${value === Number.POSITIVE_INFINITY ? "a finite number" : "more than 0"}`,
  );
}

/** Whether a value is an object with these methods. */
export function hasMethods(value: unknown, methods: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return methods.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
}

/**
 * Refuses the promise that an async function gives where none is awaited, and sees to it that its failure doesn't end
 * the process.
 *
 * @param what gave it, e.g. "scan: the cell"
 * @param Kind of the error
 * @throws UserError when it is one
 */
export function refusePromise(
  value: unknown,
  what: string,
  Kind: new (message: string) => UserError = UserError,
): void {
  if (!hasMethods(value, ["then"])) return;
  (value as Promise<unknown>).then(undefined, () => {});
  throw new Kind(`${what} is async, nothing awaits it: make it a plain function`);
}

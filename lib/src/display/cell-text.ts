import { inspect, types } from "node:util";
import { shownText } from "../support/text.js";

/** A cell that says more than this is cut. */
const LONGEST = 500;

/**
 * Any value that isn't a number as the text of a cell, on one line; arrays and plain objects nearly as JSON, with the
 * numbers that JSON lacks, others as Node shows them.
 */
export function cellText(value: unknown): string {
  const text = shownText(written(value));
  return text.length > LONGEST ? `${shownText(text.slice(0, LONGEST))}…` : text;
}

function written(value: unknown): string {
  if (types.isDate(value)) return dateText(value);
  if (typeof value !== "object" || value === null) return String(value);
  // one may be too deep, or have a getter that throws
  for (const way of [shortly, asNode]) {
    try {
      const text = way(value);
      if (text !== undefined) return text;
    } catch {
      // the next way
    }
  }
  return "(object that can't be shown)";
}

const shortly = (value: object) => (value instanceof Error ? `${value.name}: ${value.message}` : nested(value, []));

const asNode = (value: object) => inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY, compact: true });

function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? "invalid date" : date.toISOString();
}

/** JSON but for NaN, infinities, undefined and bigints, which stay; undefined where that leaves something out. */
function nested(value: unknown, around: readonly object[]): string | undefined {
  if (typeof value === "string") return JSON.stringify(value);
  if (Object.is(value, -0)) return "-0";
  if (value === null || ["number", "bigint", "boolean", "undefined"].includes(typeof value)) return String(value);
  if (typeof value !== "object") return undefined;
  if (types.isDate(value)) return JSON.stringify(dateText(value));
  // it holds itself
  if (around.includes(value)) return undefined;
  const inside = [...around, value];
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    const texts = Array.from(value as ArrayLike<unknown>, (each) => nested(each, inside));
    return texts.includes(undefined) ? undefined : `[${texts.join(",")}]`;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const texts = Object.entries(value).map(([key, each]) => {
    const text = nested(each, inside);
    return text === undefined ? undefined : `${JSON.stringify(key)}:${text}`;
  });
  return texts.includes(undefined) ? undefined : `{${texts.join(",")}}`;
}

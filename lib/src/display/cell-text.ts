import { inspect } from "node:util";
import { shownText } from "../support/text.js";

/** A cell that says more than this is cut. */
const LONGEST = 500;

/**
 * Any value that isn't a number as the text of a cell, on one line; of objects JSON where that tells all, else as Node
 * shows them.
 */
export function cellText(value: unknown): string {
  const text = shownText(written(value));
  return text.length > LONGEST ? `${shownText(text.slice(0, LONGEST))}…` : text;
}

function written(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "invalid date" : value.toISOString();
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (isPlain(value)) {
    try {
      return JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? Number(inner) : inner)) ?? "undefined";
    } catch {
      // it holds itself, or has a method of its own that throws
    }
  }
  return inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY, compact: true });
}

/** Whether JSON leaves nothing out: arrays and objects all the way down, as rows from a data frame are. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

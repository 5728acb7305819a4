import { relative } from "node:path";
import { InvalidArgumentError } from "commander";
import { filled } from "../support/text.js";

/** An option that is a whole number of at least 1. */
export function whole(text: string): number {
  const value = digits(text);
  if (!(value >= 1)) throw new InvalidArgumentError("expected a whole number of at least 1");
  return value;
}

/** An option that is a seed. */
export function seed(text: string): number {
  const value = digits(text);
  if (!(value <= 0xffffffff)) throw new InvalidArgumentError("expected a whole number from 0 to 4294967295");
  return value;
}

/** A number written in digits alone, else NaN: Number() takes " " for 0 and 0x10 for 16. */
function digits(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** An option that is a list: "gru,ntm". */
export const names = (text: string): string[] => text.split(",").filter(Boolean);

/** A path as it is shown. */
export const shown = (path: string): string => relative(process.cwd(), path) || ".";

/** Columns that a help takes at most. */
export const HELP_WIDTH = 100;

/** A list of names as a help shows it, in as many lines as it needs. */
export function listed(label: string, items: readonly string[]): string {
  const words = items.map((item, i) => (i < items.length - 1 ? `${item},` : item));
  const indent = " ".repeat(label.length - label.trimStart().length);
  return filled([label.trimStart(), ...words], HELP_WIDTH - indent.length - 2)
    .join(`\n${indent}  `)
    .replace(/^/, indent);
}

import { modelTitle } from "../figures/theme.js";
import { type Interval, percentText } from "../stats/index.js";

/** "a", "a and b", "a, b and c". */
export function list(items: readonly string[], last = "and"): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1)}`;
}

/** Titles of models as a list. */
export function titles(names: readonly string[]): string {
  return list(names.map(modelTitle));
}

/** "1 seed", "3 seeds". */
export function count(n: number, unit: string): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? unit : `${unit}s`}`;
}

/** "5 seeds", or "3 to 5 seeds" where they differ. */
export function counts(all: readonly number[], unit: string): string {
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return low === high ? count(low, unit) : `${low} to ${count(high, unit)}`;
}

/** A fraction as per cent, with a true minus sign, which is as wide as a plus. */
export function percent(fraction: number, digits = 1): string {
  const text = percentText(fraction, digits);
  // what is rounded to 0 has no sign
  return /[1-9]/.test(text) ? text.replace("-", "−") : text.replace("-", "");
}

/** "1.2 points": a difference of accuracies, with more digits where fewer would round it to nothing. */
export function points(fraction: number): string {
  const size = Math.abs(fraction);
  return `${percent(fraction, size > 0 && size < 0.0005 ? 2 : 1)} points`;
}

/** "−0.2 to 1.2 points", or "1.2 points" where all are the same. */
export function pointsBetween(fractions: readonly number[]): string {
  const text = between(fractions);
  return text.includes(" to ") ? `${text} points` : points(fractions[0]!);
}

/** "0.9 to 3.3", in points or per cent; "0.9" where all are the same. */
export function between(fractions: readonly number[]): string {
  const [low, high] = [Math.min(...fractions), Math.max(...fractions)].map((value) => percent(value));
  return low === high ? low! : `${low} to ${high}`;
}

/** The singular for one. */
export function oneOrMore(n: number, one: string, more: string): string {
  return n === 1 ? one : more;
}

/** "0.9 to 3.3", in points or per cent. */
export function range({ low, high }: Interval): string {
  return `${percent(low)} to ${percent(high)}`;
}

/** "p = 0.012", "p < 0.001". */
export function pText(p: number): string {
  if (p < 0.001) return "p < 0.001";
  return p >= 0.995 ? "p = 1" : `p = ${p.toPrecision(2)}`;
}

/** A small number with two significant digits, as a power of ten where that is shorter: "0.083", "8e-8", "0". */
export function scientific(value: number): string {
  if (value === 0) return "0";
  return value >= 0.001 ? String(Number(value.toPrecision(2))) : value.toExponential(0);
}

/** Sentences as one paragraph; empty ones are left out. */
export function paragraph(...sentences: readonly string[]): string {
  return sentences.filter(Boolean).join(" ");
}

/** Paragraphs as Markdown bullets; empty ones are left out. */
export function bullets(...items: readonly string[]): string {
  return items
    .filter(Boolean)
    .map((item) => `- ${item}`)
    .join("\n");
}

/** A Markdown table; every cell of all columns but the first is aligned right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? ":--" : "--:"))), ...rows.map(line)].join("\n");
}

/** A bullet's text under its label; nothing where there is no text. */
export function labelled(label: string, text: string): string {
  return text === "" ? "" : `**${label}.** ${text}`;
}

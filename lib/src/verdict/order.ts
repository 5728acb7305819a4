import { modelTitle } from "../figures/theme.js";
import { type AccuracyComparison, orderShares, type RunRecord } from "../study/index.js";
import { count, list, paragraph, percent } from "./text.js";

/**
 * Whether the runs bear an order out, and how often single runs would print it.
 *
 * @param order names, best first
 * @param comparisons of the records, with every pair of neighbours of the order, else there is nothing to say
 */
export function orderSentences(
  order: readonly string[],
  records: readonly RunRecord[],
  comparisons: readonly AccuracyComparison[],
): string {
  const support = supportSentence(order, comparisons);
  return support && paragraph(support, shareSentence(order, records), mostFrequentSentence(order, records));
}

/** Whether each model of an order is better than the next; "" when two neighbours were never compared. */
export function supportSentence(order: readonly string[], comparisons: readonly AccuracyComparison[]): string {
  const pairs = steps(order, comparisons);
  if (!pairs) return "";
  const ranking = `The published ranking ${order.map(modelTitle).join(" > ")}`;
  const turned = pairs.filter(({ real, ahead }) => real && !ahead);
  if (turned.length > 0) {
    return `${ranking} is contradicted: ${list(turned.map(({ better, worse }) => `${modelTitle(better)} is worse than ${modelTitle(worse)}`))}.`;
  }
  const open = pairs.filter(({ real }) => !real);
  if (open.length === 0) return `${ranking} is supported: each model is better than the next.`;
  const between = open.map(({ better, worse }) => `between ${modelTitle(better)} and ${modelTitle(worse)}`);
  return `${ranking} is not supported: there is no real difference ${between.join(", nor ")}.`;
}

function shareSentence(order: readonly string[], records: readonly RunRecord[]): string {
  const shares = orderShares(records, order);
  if (!shares) return "";
  const { independent, combinations, paired, seeds } = shares;
  if (combinations === 1) return `The one run of each model ${independent === 1 ? "prints" : "doesn't print"} it.`;
  const together =
    paired !== null && seeds > 1 ? `, and in ${percent(paired, 0)} % of the ${count(seeds, "seed")} that all of them have` : "";
  const single = `One unseeded run of each model prints it in ${percent(independent, 0)} % of the cases`;
  return `${single} (all ${count(combinations, "combination")} of the runs made here)${together}.`;
}

function mostFrequentSentence(order: readonly string[], records: readonly RunRecord[]): string {
  const orders = permutations(order).map((names) => ({ names, share: orderShares(records, names)?.independent ?? 0 }));
  const most = orders.reduce((a, b) => (b.share > a.share ? b : a));
  const combinations = orderShares(records, order)?.combinations ?? 0;
  if (combinations < 2 || most.share === 0) return "";
  if (most.names.every((name, i) => name === order[i])) return "No other order comes out more often.";
  return `The most frequent order is ${most.names.map(modelTitle).join(" > ")}, in ${percent(most.share, 0)} %.`;
}

/** All orders, the given one first. */
function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [first, ...rest]));
}

/** The comparisons of neighbours in an order; null when two of them were never compared. */
export function steps(order: readonly string[], comparisons: readonly AccuracyComparison[]): Directed[] | null {
  const pairs = order.slice(1).map((worse, i) => directed(comparisons, order[i]!, worse));
  return pairs.every((pair) => pair !== undefined) ? pairs : null;
}

/** Two neighbours of an order, the one that should be better first. */
interface Directed {
  better: string;
  worse: string;
  real: boolean;
  ahead: boolean;
}

/** The comparison of two models, whichever came first in it. */
function directed(comparisons: readonly AccuracyComparison[], better: string, worse: string): Directed | undefined {
  for (const { model, against, real, mean } of comparisons) {
    if (model === better && against === worse) return { better, worse, real, ahead: mean > 0 };
    if (model === worse && against === better) return { better, worse, real, ahead: mean < 0 };
  }
  return undefined;
}

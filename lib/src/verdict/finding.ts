import { modelTitle } from "../figures/theme.js";
import {
  type AccuracyComparison,
  type Claims,
  claims,
  compareModels,
  modelNames,
  orderShares,
  type RunRecord,
  summarizeModels,
} from "../study/index.js";
import { slotsAreTheSame } from "./degeneracy.js";
import { steps } from "./order.js";
import { publishedOrder } from "./protocol.js";
import { groupTitle } from "./sound.js";
import { between, count, counts, list, oneOrMore, percent, points, range } from "./text.js";
import type { VerdictRecords } from "./verdict.js";

/** What was found, in two sentences: whether the published ranking stands, and what the shifts do where they can. */
export function findingMarkdown(records: VerdictRecords): string {
  return [publishedSentence(records.published), shiftSentence(records)].filter(Boolean).join(" ");
}

function publishedSentence(records: readonly RunRecord[]): string {
  if (records.length === 0) return "No run of the published procedure has been made yet.";
  const models = [...summarizeModels(records)].sort((a, b) => b.mean - a.mean);
  const values = models.map(
    ({ model, mean, sd }) => `${modelTitle(model)} ${percent(mean)}${sd === null ? "" : ` ± ${percent(sd)}`} %`,
  );
  const seeds = modelNames(records).map((name) => records.filter((record) => record.name === name).length);
  const start = `Run as published, with ${counts(seeds, "seed")} a model, the test accuracies are ${list(values)}`;
  const order = publishedOrder();
  const shares = orderShares(records, order);
  const pairs = steps(order, compareModels(records));
  if (!shares || !pairs) return `${start}.`;
  const prints =
    shares.combinations > 1
      ? `, and one unseeded run of each prints it in ${percent(shares.independent, 0)} % of the cases`
      : "";
  return `${start}: of the published ranking ${order.map(modelTitle).join(" > ")} ${standing(pairs)}${prints}.`;
}

/** "only DMS-NTM > MLP is more than chance". */
function standing(pairs: NonNullable<ReturnType<typeof steps>>): string {
  const step = ({ better, worse }: (typeof pairs)[number]) => `${modelTitle(better)} > ${modelTitle(worse)}`;
  const held = pairs.filter(({ real, ahead }) => real && ahead).map(step);
  const wrong = pairs.filter(({ real, ahead }) => real && !ahead).map(step);
  const holds =
    held.length === pairs.length
      ? "every step holds"
      : held.length === 0
        ? "no step is more than chance"
        : `only ${list(held)} ${oneOrMore(held.length, "is", "are")} more than chance`;
  return wrong.length === 0 ? holds : `${holds}, ${list(wrong)} ${oneOrMore(wrong.length, "is", "are")} the wrong way round`;
}

function shiftSentence({ sound, degeneracy }: VerdictRecords): string {
  const same = slotsAreTheSame(degeneracy);
  const found = sound.flatMap(({ part, evaluation }) => {
    const { shift } = evaluation.length > 0 ? claims(evaluation) : ({ shift: [] } as Pick<Claims, "shift">);
    return shift.length > 0 ? [{ title: groupTitle(part), shift }] : [];
  });
  const blind =
    "The published set-up can't say anything about shifts, since all slots of its memories stay the same whatever the parameters";
  if (found.length === 0) {
    return same ? `${blind}; runs of memories whose slots differ from the start have not been made yet.` : "";
  }
  const start = same ? `${blind}; where slots differ from the start` : "Where slots differ from the start";
  const all = found.flatMap(({ title, shift }) => shift.map((pair) => ({ title, pair })));
  if (all.length > 2) return `${start}, ${tallyClause(all.map(({ pair }) => pair))}.`;
  return `${start}, ${list(all.map(({ title, pair }) => `${pairClause(pair)} (${title}; ${evidence(pair)})`))}.`;
}

function pairClause({ model, against, real, mean, interval }: AccuracyComparison): string {
  const [one, other] = [modelTitle(model), modelTitle(against)];
  if (interval === null) return `one seed says nothing about ${one} against ${other}`;
  if (!real) return `${one} and ${other} can't be told apart`;
  return `${one} is ${mean > 0 ? "better" : "worse"} than ${other}`;
}

function evidence({ mean, interval }: AccuracyComparison): string {
  return `difference ${points(mean)}${interval ? `, 95 % interval ${range(interval)}` : ""}`;
}

function tallyClause(pairs: readonly AccuracyComparison[]): string {
  const real = pairs.filter((pair) => pair.real);
  const better = real.filter(({ mean }) => mean > 0).length;
  const differences = between(pairs.map(({ mean }) => mean));
  const outcome =
    real.length === 0
      ? "can't be told from discrete ones in any"
      : `did better than discrete ones in ${better}, worse in ${real.length - better}`;
  return `continuous shifts ${outcome} of ${count(pairs.length, "comparison")} (differences ${differences} points)`;
}

import {
  type AccuracyComparison,
  type Claims,
  claims,
  compareModels,
  type ModelSummary,
  orderShares,
  type RunRecord,
  summarizeModels,
} from "../study/index.js";
import { accuracySentences } from "./accuracy.js";
import { againstSentences } from "./comparisons.js";
import { degeneracySentences } from "./degeneracy.js";
import { failureSentence } from "./failures.js";
import { seedsNeeded, testSetClause } from "./needs.js";
import { supportSentence } from "./order.js";
import { publishedOrder } from "./protocol.js";
import { protocolsOf } from "./protocols.js";
import { completeness, STUDY_COMMAND } from "./sound.js";
import { bullets, labelled, list, oneOrMore, paragraph, percent, titles } from "./text.js";
import type { VerdictRecords } from "./verdict.js";

/** One protocol's records and what is made of them. */
interface Part {
  /** "as published", "sound, 20 steps" */
  title: string;
  records: readonly RunRecord[];
  models: ModelSummary[];
  comparisons: AccuracyComparison[];
  claims: Claims;
}

/**
 * The verdict in a few bullets, question by question over all protocols that have records.
 *
 * @throws UserError for records of one protocol that are of different test sets
 */
export function verdictSummary({ published, sound, degeneracy, accuracy = [] }: VerdictRecords): string {
  const begun = protocolsOf({ published, sound }).filter(({ records }) => records.length > 0);
  const parts = begun.map(({ title, records }): Part => {
    const comparisons = compareModels(records);
    return { title, records, models: summarizeModels(records), comparisons, claims: claims(records, comparisons) };
  });
  return bullets(
    labelled("Continuous or discrete shifts", paragraph(byPart(parts, shiftText), blindText(parts))),
    labelled("Memory or none", byPart(parts, memoryText)),
    labelled(
      "Failed runs",
      byPart(parts, ({ records }) => failureSentence(records)),
    ),
    labelled("Published order", orderText(parts)),
    labelled("Seeds and samples", seedsText(parts)),
    labelled("Why the published set-up can't see addressing", degeneracySentences(degeneracy, "brief")),
    labelled("How accurate a small memory model gets", accuracySentences(accuracy)),
    labelled("Sound protocol", soundText(sound)),
  );
}

function byPart(parts: readonly Part[], text: (part: Part) => string): string {
  return parts
    .flatMap((part) => {
      const said = text(part);
      return said === "" ? [] : [`*${capital(part.title)}*: ${said}`];
    })
    .join(" ");
}

function shiftText({ claims: { shift, blind } }: Part): string {
  return againstSentences([...shift, ...blind]);
}

function blindText(parts: readonly Part[]): string {
  const names = new Set(parts.flatMap(({ claims: { blind } }) => blind.flatMap(({ model, against }) => [model, against])));
  return names.size > 0
    ? `All slots of ${titles([...names])} start, and so stay, the same: no shift moves anything between them, whatever these differences are.`
    : "";
}

function memoryText({ claims: { memory, recurrence } }: Part): string {
  return paragraph(againstSentences(memory, "range"), againstSentences(recurrence));
}

function orderText(parts: readonly Part[]): string {
  const order = publishedOrder();
  const shares = parts.flatMap(({ title, records }) => {
    const share = orderShares(records, order);
    return share && share.combinations > 1 ? [`in ${percent(share.independent, 0)} % of the cases (${title})`] : [];
  });
  const support = (part: Part) => supportSentence(order, part.comparisons);
  const different = new Set(parts.map(support).filter(Boolean));
  return paragraph(
    different.size > 1 ? byPart(parts, support) : [...different].join(""),
    shares.length > 0 ? `One unseeded run of each model prints it ${list(shares)}.` : "",
  );
}

function seedsText(parts: readonly Part[]): string {
  const needs = parts.flatMap(({ title, models, comparisons, claims: { shift, blind } }) => {
    const wanted = [...shift, ...blind];
    const needed = seedsNeeded(wanted.length > 0 ? wanted : comparisons, models);
    return needed ? [{ title, ...needed }] : [];
  });
  const takes = needs.map(({ title, paired, unpaired }, i) =>
    i === 0
      ? `${paired} seeds a model with seeds in common and ${unpaired} without (${title})`
      : `${paired} and ${unpaired} (${title})`,
  );
  const first = parts[0];
  return paragraph(
    takes.length > 0 ? `Seeing a difference of 1 point with 80 % power takes ${takes.join("; ")}.` : "",
    first ? `${testSetClause(first.models, first.records[0]!.result.of)} (95 %, Wilson), however many seeds there are.` : "",
  );
}

function soundText(sound: VerdictRecords["sound"]): string {
  const begun = sound.filter(({ tuning, evaluation }) => tuning.length + evaluation.length > 0);
  const unmade = sound.filter((found) => !begun.includes(found)).map(({ part }) => `*${part.name}*`);
  const complete = sound.every(({ evaluation, planned }) => evaluation.length === planned.evaluation);
  return paragraph(
    ...begun.map((found) => `*${found.part.name}*: ${completeness(found)}`),
    unmade.length > 0 ? `${list(unmade)} ${oneOrMore(unmade.length, "has", "have")} not been made yet.` : "",
    complete ? "" : `${STUDY_COMMAND} makes what is missing.`,
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

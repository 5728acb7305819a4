import { isDeepStrictEqual } from "node:util";
import { trainRows } from "../dataset/config.js";
import { experimentData } from "../studies/published.js";
import { soundTraining, soundTuning } from "../studies/sound.js";
import { chooseRate, type PartRecords, type RunRecord, type SetPart, summarizeModels } from "../study/index.js";
import { knownSentence } from "./known.js";
import { comparisonPart } from "./protocol.js";
import { modelTable, overviewTable } from "./tables.js";
import { bullets, count, counts, list, oneOrMore, paragraph, titles } from "./text.js";

/** Makes what is missing of all groups. */
export const STUDY_COMMAND = "`make study STUDY=sound`";

/** What the records of all groups say, a part each; of a study that hasn't begun one sentence. */
export function soundParts(found: readonly PartRecords<RunRecord>[]): string[] {
  const begun = found.filter(({ tuning, evaluation }) => tuning.length + evaluation.length > 0);
  if (begun.length > 0) return found.map(soundPart);
  const names = found.map(({ part }) => part.name);
  return names.length > 0
    ? [`**Sound protocol** (${list(names)}). None of its runs has been made yet: ${STUDY_COMMAND} makes them.`]
    : [];
}

/**
 * The test accuracies of all groups in one table, models down; of a study that hasn't begun one sentence.
 *
 * @throws UserError when they aren't run records
 */
export function soundOverview(found: readonly PartRecords<RunRecord>[]): string {
  const begun = found.filter(({ evaluation }) => evaluation.length > 0);
  if (begun.length === 0) return `No run of the sound protocol has been made yet: ${STUDY_COMMAND} makes them.`;
  const seeds = counts(
    begun.flatMap(({ evaluation }) => perModel(evaluation)),
    "seed",
  );
  return [
    `Test accuracy under the sound protocol, %: mean ± sd of ${seeds} after the last epoch, in parentheses the mean after the epoch with the best validation accuracy.`,
    overviewTable(begun.map(({ part, evaluation }) => ({ title: groupTitle(part), models: summarizeModels(evaluation) }))),
  ].join("\n\n");
}

/** "sound, 20 steps"; with another data set than the experiment's "canonical split, 40 steps". */
export function groupTitle({ data, stride }: SetPart): string {
  const steps = Math.ceil(data.finalLength / stride);
  return `${isDeepStrictEqual(data, experimentData) ? "sound" : "canonical split"}, ${steps} steps`;
}

/** What a group of the sound protocol is, and what its records say. */
function soundPart(found: PartRecords<RunRecord>): string {
  const { part, evaluation } = found;
  const train = trainRows(part.data);
  const test = part.data.samples - train;
  const sets = [train - part.validation!, part.validation!, test].map((rows) => rows.toLocaleString("en-US"));
  const title = groupTitle(part).replace("sound", "Sound protocol").replace("canonical", "Sound protocol, canonical");
  const what =
    `**${title}** (${part.name}). ${sets[0]} samples train, ${sets[1]} select, ${sets[2]} test; ` +
    `${count(soundTuning.rates.length, "learning rate")} with ${count(soundTuning.seeds.length, "seed")} each for every model, ` +
    `${count(soundTraining.epochs, "epoch")}.`;
  const complete = evaluation.length === found.planned.evaluation;
  const start = paragraph(what, completeness(found), complete ? "" : `${STUDY_COMMAND} makes what is missing.`);
  if (evaluation.length === 0) return start;
  const models = summarizeModels(evaluation);
  return [
    start,
    modelTable(models),
    bullets(...comparisonPart(evaluation, models), knownSentence(part, models), edgeSentence(found)),
  ].join("\n\n");
}

/** How many of a group's runs there are, and of which models none. */
export function completeness({ part, tuning, evaluation, planned }: PartRecords<RunRecord>): string {
  if (evaluation.length === planned.evaluation) {
    return `All ${count(planned.evaluation, "run")} are there, ${counts(perModel(evaluation), "seed")} a model.`;
  }
  if (evaluation.length > 0) {
    const missing = Object.keys(part.models).filter((name) => !evaluation.some((record) => record.name === name));
    return paragraph(
      `${evaluation.length} of ${count(planned.evaluation, "run")} ${oneOrMore(evaluation.length, "is", "are")} there, ${counts(perModel(evaluation), "seed")} a model.`,
      missing.length > 0 ? `Still without a run: ${titles(missing)}.` : "",
    );
  }
  if (tuning.length === 0) return "None of its runs has been made yet.";
  return `${tuning.length} of ${count(planned.tuning, "tuning run")} ${oneOrMore(tuning.length, "is", "are")} there, and nothing of the evaluation yet.`;
}

function perModel(records: PartRecords<RunRecord>["evaluation"]): number[] {
  const names = [...new Set(records.map((record) => record.name))];
  return names.map((name) => records.filter((record) => record.name === name).length);
}

/** Models whose chosen learning rate is the first or last of those tried. */
function edgeSentence({ part, tuning }: PartRecords<RunRecord>): string {
  const full = soundTuning.rates.length * soundTuning.seeds.length;
  const edges = Object.keys(part.models).flatMap((model) => {
    const runs = tuning.filter((record) => record.name === model);
    const edge = runs.length === full ? chooseRate(runs).edge : null;
    return edge ? [{ model, edge }] : [];
  });
  const at = (edge: "lowest" | "highest") => {
    const models = edges.filter((found) => found.edge === edge).map(({ model }) => model);
    return models.length > 0 ? [`the ${edge} one tried for ${titles(models)}`] : [];
  };
  const parts = [...at("lowest"), ...at("highest")];
  return parts.length > 0 ? `**Tuning.** The chosen learning rate is ${list(parts)}: a better one may lie outside.` : "";
}

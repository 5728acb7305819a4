import { trainRows } from "../dataset/config.js";
import { modelTitle } from "../figures/theme.js";
import {
  chooseRate,
  type ModelSummary,
  type SoundRecords,
  soundTraining,
  soundTuning,
  summarizeModels,
} from "../study/index.js";
import { comparisonPart } from "./protocol.js";
import { bullets, count, counts, list, paragraph, percent, range, table, titles } from "./text.js";

/** What the records of all groups say, a part each; of a study that hasn't begun one sentence. */
export function soundParts(found: readonly SoundRecords[]): string[] {
  const begun = found.filter(({ tuning, evaluation }) => tuning.length + evaluation.length > 0);
  if (begun.length > 0) return found.map(soundPart);
  const names = found.map(({ group }) => group.protocol);
  return names.length > 0
    ? [`**Sound protocol** (${list(names)}). None of its runs has been made yet: \`make study PROFILE=sound\`.`]
    : [];
}

/** What a group of the sound protocol is, and what its records say. */
function soundPart(found: SoundRecords): string {
  const { group, evaluation } = found;
  const steps = Math.ceil(group.data.finalLength / group.stride);
  const train = trainRows(group.data);
  const test = group.data.samples - train;
  const sets = [train - group.validation, group.validation, test].map((rows) => rows.toLocaleString("en-US"));
  const what =
    `**Sound protocol, ${steps} steps** (${group.protocol}). ${sets[0]} samples train, ${sets[1]} select, ${sets[2]} test; ` +
    `${count(soundTuning.rates.length, "learning rate")} with ${count(soundTuning.seeds.length, "seed")} each for every model, ` +
    `${count(soundTraining.epochs, "epoch")}.`;
  if (evaluation.length === 0) return `${what} ${completeness(found)}`;
  return [
    `${what} ${completeness(found)}`,
    soundTable(summarizeModels(evaluation)),
    bullets(...comparisonPart(evaluation), edgeSentence(found)),
  ].join("\n\n");
}

function completeness({ group, tuning, evaluation, planned }: SoundRecords): string {
  if (evaluation.length === planned.evaluation) {
    return `All ${count(planned.evaluation, "run")} are there, ${counts(perModel(evaluation), "seed")} a model.`;
  }
  const command = `\`make study PROFILE=sound\` makes the rest`;
  if (evaluation.length > 0) {
    const missing = Object.keys(group.models).filter((name) => !evaluation.some((record) => record.name === name));
    return paragraph(
      `${evaluation.length} of ${count(planned.evaluation, "run")} ${evaluation.length === 1 ? "is" : "are"} there, ${counts(perModel(evaluation), "seed")} a model; ${command}.`,
      missing.length > 0 ? `Nothing is known yet of ${titles(missing)}.` : "",
    );
  }
  if (tuning.length === 0) return "None of its runs has been made yet: `make study PROFILE=sound`.";
  return `${tuning.length} of ${count(planned.tuning, "tuning run")} ${tuning.length === 1 ? "is" : "are"} there, and nothing of the evaluation yet; ${command}.`;
}

function perModel(records: SoundRecords["evaluation"]): number[] {
  const names = [...new Set(records.map((record) => record.name))];
  return names.map((name) => records.filter((record) => record.name === name).length);
}

function soundTable(models: readonly ModelSummary[]): string {
  const head = ["Model", "Parameters", "Learning rate", "Seeds", "Test accuracy, %, mean (95 %)", "sd", "At best validation"];
  const rows = models.map(({ model, parameters, learningRate, seeds, mean, interval, sd, atBestValidation }) => [
    modelTitle(model),
    String(parameters),
    learningRate === null ? "–" : String(learningRate),
    String(seeds),
    `**${percent(mean)}**${interval ? ` (${range(interval)})` : ""}`,
    sd === null ? "–" : percent(sd),
    atBestValidation === null ? "–" : percent(atBestValidation),
  ]);
  return table(head, rows);
}

/** Models whose chosen learning rate is the first or last of those tried. */
function edgeSentence({ group, tuning }: SoundRecords): string {
  const full = soundTuning.rates.length * soundTuning.seeds.length;
  const edges = Object.keys(group.models).flatMap((model) => {
    const runs = tuning.filter((record) => record.name === model);
    const edge = runs.length === full ? chooseRate(runs).edge : null;
    return edge ? [{ model, edge }] : [];
  });
  const at = (edge: "lowest" | "highest") => {
    const models = edges.filter((found) => found.edge === edge).map(({ model }) => model);
    return models.length > 0 ? [`the ${edge} one tried for ${titles(models)}`] : [];
  };
  const parts = [...at("lowest"), ...at("highest")];
  return parts.length > 0 ? `The chosen learning rate is ${list(parts)}: a better one may lie outside.` : "";
}

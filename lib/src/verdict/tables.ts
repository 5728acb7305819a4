import { modelTitle } from "../figures/theme.js";
import type { ModelSummary } from "../study/index.js";
import { percent, range, table } from "./text.js";

const missing = "–";

/** A protocol's models in numbers; columns that none of them has a value for are left out. */
export function modelTable(models: readonly ModelSummary[]): string {
  const columns: [head: string, cell: (model: ModelSummary) => string][] = [
    ["Model", ({ model }) => modelTitle(model)],
    ["Parameters", ({ parameters }) => String(parameters)],
    ["Learning rate", ({ learningRate }) => (learningRate === null ? missing : String(learningRate))],
    ["Seeds", ({ seeds }) => String(seeds)],
    ["Last epoch, mean, %", ({ mean }) => `**${percent(mean)}**`],
    ["95 % over seeds", ({ interval }) => (interval ? range(interval) : missing)],
    ["sd between seeds", ({ sd }) => (sd === null ? missing : percent(sd))],
    ["95 % by test samples", ({ testSet }) => range(testSet)],
    ["Best validation, mean, %", ({ atBestValidation: best }) => (best === null ? missing : percent(best))],
  ];
  const filled = columns.filter(([, cell]) => models.some((model) => cell(model) !== missing));
  return table(
    filled.map(([head]) => head),
    models.map((model) => filled.map(([, cell]) => cell(model))),
  );
}

/** Models down, protocols across: mean and spread after the last epoch, in parentheses after the one with the best validation accuracy. */
export function overviewTable(protocols: readonly { title: string; models: readonly ModelSummary[] }[]): string {
  const names = [...new Set(protocols.flatMap(({ models }) => models.map(({ model }) => model)))];
  const cell = (summary: ModelSummary | undefined) => {
    if (!summary) return missing;
    const { mean, sd, atBestValidation: best } = summary;
    return `**${percent(mean)}**${sd === null ? "" : ` ± ${percent(sd)}`}${best === null ? "" : ` (${percent(best)})`}`;
  };
  return table(
    ["Model", "Parameters", ...protocols.map(({ title }) => title)],
    names.map((name) => {
      const found = protocols.map(({ models }) => models.find(({ model }) => model === name));
      const parameters = [...new Set(found.flatMap((summary) => (summary ? [summary.parameters] : [])))];
      return [modelTitle(name), parameters.join(", "), ...found.map(cell)];
    }),
  );
}

import { isDeepStrictEqual } from "node:util";
import { modelTitle } from "../figures/theme.js";
import { experimentData } from "../studies/published.js";
import type { ModelSummary, SetPart } from "../study/index.js";
import { labelled, list, percent } from "./text.js";

/** Test accuracies on the canonical split of MNIST-1D, by its author (Greydanus 2020). */
const KNOWN: Readonly<Record<string, number>> = { mlp: 0.68, bigru: 0.91, cnn: 0.94 };

/** On the split that others report: what they got, beside what training here gets. */
export function knownSentence({ data }: SetPart, models: readonly ModelSummary[]): string {
  if (isDeepStrictEqual(data, experimentData)) return "";
  const both = models.flatMap(({ model, mean }) =>
    KNOWN[model] === undefined ? [] : [`${modelTitle(model)} ${percent(KNOWN[model], 0)} % (here ${percent(mean)})`],
  );
  return both.length > 0 ? labelled("Known values", `MNIST-1D's author reports ${list(both)}.`) : "";
}

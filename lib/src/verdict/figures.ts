import {
  accuracyCurves,
  accuracyStrip,
  addressingExamples,
  differenceForest,
  lossComparison,
  rankDiagram,
  type Spec,
  searchScatter,
} from "../figures/index.js";
import { published } from "../studies/published.js";
import type { RunRecord } from "../study/index.js";
import { type ProtocolRecords, protocolsOf } from "./protocols.js";
import type { VerdictRecords } from "./verdict.js";

/** A figure under the name of its files. */
export interface NamedFigure {
  name: string;
  /** @throws UserError when what it needs is missing: records, weights */
  draw(): Spec | Promise<Spec>;
}

/** Figures of one protocol's records, by the first part of their names. */
const EACH: Readonly<Record<string, (protocol: ProtocolRecords) => Spec>> = {
  accuracy: ({ protocol, title, records }) =>
    accuracyStrip(records, protocol === "published" ? published.parts[0]!.published! : {}, {
      title: `Test accuracy, ${title}`,
    }),
  differences: ({ title, records }) => differenceForest(records, { title: `Differences between models, ${title}` }),
  ranks: ({ title, records }) => rankDiagram(records, { title: `Mean ranks, ${title}` }),
  loss: ({ title, records }) => lossComparison(records, { title: `Training loss, ${title}` }),
  accuracy_curves({ title, records }) {
    const set = heldOut(records) ? "validation" : "test";
    return accuracyCurves(records, { set, title: `${set === "test" ? "Test" : "Validation"} accuracy, ${title}` });
  },
};

/**
 * The figures that records alone give, as the notebooks draw and name them: those of notebook 03, the examples of addressing (which need no
 * record), and of each protocol that has records `accuracy_<protocol>`, `differences_...`, `ranks_...`, `loss_...` and `accuracy_curves_...`.
 */
export function recordFigures(records: Pick<VerdictRecords, "published" | "sound">): NamedFigure[] {
  const protocols = protocolsOf(records).filter((protocol) => protocol.records.length > 0);
  return [
    { name: "loss_comparison", draw: () => lossComparison(records.published) },
    { name: "accuracy_comparison", draw: () => accuracyCurves(records.published) },
    { name: "learning_rate_search", draw: () => searchScatter(records.published) },
    { name: "addressing_examples", draw: () => addressingExamples() },
    ...Object.entries(EACH).flatMap(([name, draw]) =>
      protocols.map((protocol) => ({ name: `${name}_${protocol.protocol}`, draw: () => draw(protocol) })),
    ),
  ];
}

function heldOut(records: readonly RunRecord[]): boolean {
  return records[0]?.config.validation !== undefined;
}

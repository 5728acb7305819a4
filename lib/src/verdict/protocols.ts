import type { RunRecord } from "../study/index.js";
import { groupTitle } from "./sound.js";
import type { VerdictRecords } from "./verdict.js";

/** The runs of one protocol that are reported, without those that only tuned it. */
export interface ProtocolRecords {
  /** short name: "published", "sound-20" */
  protocol: string;
  /** readable name: "as published", "sound, 20 steps" */
  title: string;
  /** empty when no run has been made yet */
  records: readonly RunRecord[];
}

/** All protocols, the published one first; those without a record too. */
export function protocolsOf({ published, sound }: Pick<VerdictRecords, "published" | "sound">): ProtocolRecords[] {
  return [
    { protocol: published[0]?.protocol ?? "published", title: "as published", records: published },
    ...sound.map(({ part, evaluation }) => ({ protocol: part.name, title: groupTitle(part), records: evaluation })),
  ];
}

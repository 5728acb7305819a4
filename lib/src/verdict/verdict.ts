import type { DegeneracyRecord, PartRecords, RunRecord } from "../study/index.js";
import { accuracyPart } from "./accuracy.js";
import { degeneracySentences } from "./degeneracy.js";
import { publishedPart } from "./protocol.js";
import { soundParts } from "./sound.js";

/** What a verdict rests on. */
export interface VerdictRecords {
  /** runs of the published protocol */
  published: readonly RunRecord[];
  /** groups of the sound protocol, complete or not */
  sound: readonly PartRecords<RunRecord>[];
  /** what was measured in trained published models; null when it wasn't */
  degeneracy: DegeneracyRecord | null;
  /** runs of the attempts at a high accuracy; absent: none */
  accuracy?: readonly RunRecord[];
}

/**
 * What the records say, in Markdown, protocol by protocol: which differences are real and how large, whether the published ranking stands,
 * how many seeds it would take, why the published set-up can't see addressing, and the same for the sound protocol as far as its runs are
 * there. Every number and every statement comes from the records.
 *
 * @throws UserError when records of several protocols are mixed
 */
export function verdictMarkdown({ published, sound, degeneracy, accuracy = [] }: VerdictRecords): string {
  return [
    publishedPart(published),
    `**Why the published set-up can't see addressing.** ${degeneracySentences(degeneracy)}`,
    ...soundParts(sound),
    accuracyPart(accuracy),
  ].join("\n\n");
}

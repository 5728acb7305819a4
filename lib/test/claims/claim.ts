import { studies } from "../../src/studies/index.js";
import { findRecords, recordsOf, referenceStore } from "../../src/study/index.js";

/** What a text says, and whether the committed records say so too. */
export interface Claim {
  /** as it stands in a text, line breaks and spaces at their ends aside */
  text: string;
  holds: boolean;
}

export const store = referenceStore();
export const referenceFolder = store.folder;

/** Evaluation runs of the studies, as committed. */
export const published = recordsOf(studies.published, store);
export const draws = recordsOf(studies.draws, store);
export const sound = recordsOf(studies.sound, store);
export const clipped = recordsOf(studies.clipped, store);
export const attempts = recordsOf(studies.accuracy, store);
export const range = recordsOf(studies.range, store);
export const focus = recordsOf(studies.focus, store);
export const focusLong = recordsOf(studies["focus-long"], store);
export const paper = recordsOf(studies["ntm-paper"], store);
export const long = recordsOf(studies.long, store);
/** The study `long` part by part, the attempts that chose its recipe too. */
export const longParts = findRecords(studies.long, store);
export const reach = recordsOf(studies.reach, store);
export const paperSize = recordsOf(studies["paper-size"], store);
export const rates = recordsOf(studies.rates, store);
export const stepRates = recordsOf(studies["step-rates"], store);
export const times = recordsOf(studies["learning-time"], store);
export const soundParts = findRecords(studies.sound, store);

/** Whether a value is printed with so many digits behind the point as another one. */
export const rounds = (value: number, to: number, digits: number): boolean =>
  value.toFixed(digits) === to.toFixed(digits);

/** A number with two significant digits. */
export const two = (value: number): number => Number(value.toPrecision(2));

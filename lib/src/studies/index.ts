import type { RunRecord } from "../study/schema.js";
import { checkSeeds, chosen, partNames, type Study } from "../study/study.js";
import { show, UserError } from "../support/user-error.js";
import { accuracyStudy } from "./accuracy.js";
import { carry } from "./carry.js";
import { clipped } from "./clipped.js";
import { draws } from "./draws.js";
import { focus } from "./focus.js";
import { focusLong } from "./focus-long.js";
import { learningTimes } from "./learning-time.js";
import { long } from "./long.js";
import { ntmPaper } from "./ntm-paper.js";
import { paperSize } from "./paper-size.js";
import { published, smoke } from "./published.js";
import { range } from "./range.js";
import { rates } from "./rates.js";
import { reach } from "./reach.js";
import { sound } from "./sound.js";
import { stepRates } from "./step-rates.js";

export { focusVariants } from "./focus.js";
export { experimentData, publishedModels } from "./published.js";
export { rangeMemory, rangeModels } from "./range.js";
export { soundModels, soundTraining } from "./sound.js";

/** The studies of this project. */
export const studies = {
  published,
  draws,
  sound,
  clipped,
  accuracy: accuracyStudy,
  range,
  focus,
  "focus-long": focusLong,
  long,
  reach,
  rates,
  "step-rates": stepRates,
  "learning-time": learningTimes,
  carry,
  "paper-size": paperSize,
  "ntm-paper": ntmPaper,
  smoke,
} as const;

const all = Object.values<Study>(studies);

/** Names by which studies, and parts of them, are chosen. @internal */
export const studyNames: readonly string[] = [...new Set(all.flatMap((study) => [study.name, ...partNames(study)]))];

/**
 * A study by its name, or by that of one of its parts: then of that part alone.
 *
 * @param what how the name is called in the error
 * @throws UserError when there is none
 * @internal
 */
export function studyNamed(name: string, what = "study"): Study {
  const whole = all.find((study) => study.name === name);
  if (whole) return whole;
  const part = all.find((study) => partNames(study).includes(name));
  if (part) return chosen(part, { parts: [name] });
  const known = all.map((study) => study.name).join(", ");
  throw new UserError(`${what} is ${show(name)}, expected one of ${known}, or a part of one, e.g. sound-20`);
}

/** Whether a study is named by a file that exports one, not by its own name. @internal */
export const isStudyFile = (name: string): boolean => /\.[cm]?[jt]s$/.test(name);

/**
 * Seeds a model that DMS_NTM_SEEDS asks for, which SEEDS of `make` sets; undefined if it isn't set.
 *
 * @throws UserError when it is no number of seeds
 * @internal
 */
export function seedsAsked(): number | undefined {
  const text = process.env.DMS_NTM_SEEDS;
  if (!text) return undefined;
  if (!/^\d+$/.test(text))
    throw new UserError(`DMS_NTM_SEEDS is ${show(text)}, expected a whole number from 1 to 1000`);
  return checkSeeds(Number(text), "DMS_NTM_SEEDS");
}

/** Name of the study that STUDY of `make` chose: DMS_NTM_STUDY, "published" if it isn't set. @internal */
export const studyAsked = (): string => process.env.DMS_NTM_STUDY || "published";

/**
 * The study whose runs this machine makes itself, with as many seeds as SEEDS of `make` says: the published one, or
 * what STUDY chose in its place.
 *
 * @param seeds of each model; default: DMS_NTM_SEEDS, or as many as the study has
 * @throws UserError when DMS_NTM_STUDY names no study, or for a wrong number of seeds
 */
export function remadeStudy(seeds: number | undefined = seedsAsked()): Study<RunRecord> {
  const name = studyAsked();
  const asked = isStudyFile(name) ? published : studyNamed(name, "DMS_NTM_STUDY");
  const study = asked.remade ? (asked as Study<RunRecord>) : published;
  return chosen(study, { seeds });
}

import {
  findRecords,
  findSound,
  ownStore,
  plan,
  readDegeneracy,
  referenceStore,
  soundGroups,
  soundSeeds,
} from "../study/index.js";
import type { VerdictRecords } from "./verdict.js";

/**
 * The records that a verdict rests on, without training anything: those of this machine where it has them, else those of the repository. Of a
 * group of the sound protocol all come from one of the two, whichever has more: each has chosen learning rates of its own.
 *
 * @param options.reference take the repository's alone
 * @throws UserError when a record is damaged or belongs to another config
 */
export function verdictRecords(options: { reference?: boolean } = {}): VerdictRecords {
  const reference = referenceStore();
  const specs = plan("published");
  const published = options.reference
    ? specs.map((spec) => reference.find(spec)).filter((record) => record !== undefined)
    : findRecords(specs).records;
  const sound = soundGroups.map((group) => {
    const theirs = findSound(group, soundSeeds, reference);
    if (options.reference) return theirs;
    const mine = findSound(group, soundSeeds, ownStore());
    return mine.tuning.length + mine.evaluation.length >= theirs.tuning.length + theirs.evaluation.length ? mine : theirs;
  });
  return { published, sound, degeneracy: readDegeneracy(reference.folder) };
}

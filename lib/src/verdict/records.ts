import {
  accuracyPlan,
  findRecords,
  findSound,
  ownStore,
  plan,
  readDegeneracy,
  referenceStore,
  soundGroups,
  soundSeeds,
  soundStore,
} from "../study/index.js";
import type { VerdictRecords } from "./verdict.js";

/** The records and where they come from. */
export interface FoundVerdictRecords extends VerdictRecords {
  /** runs made on this machine, tuning included */
  own: number;
  /** runs that came with the repository */
  reference: number;
}

/**
 * The records that a verdict rests on, without training anything: those of this machine where it has them, else those of the repository.
 *
 * @param options.reference take the repository's alone
 * @throws UserError when a record is damaged or belongs to another config
 */
export function verdictRecords(options: { reference?: boolean } = {}): FoundVerdictRecords {
  const reference = referenceStore();
  const specs = plan("published");
  const published = options.reference
    ? specs.map((spec) => reference.find(spec)).filter((record) => record !== undefined)
    : findRecords(specs).records;
  const store = options.reference ? reference : soundStore();
  const sound = soundGroups.map((group) => findSound(group, soundSeeds, store));
  const attempts = accuracyPlan();
  const accuracy = options.reference
    ? attempts.map((spec) => reference.find(spec)).filter((record) => record !== undefined)
    : findRecords(attempts).records;
  const all = [...accuracy, ...published, ...sound.flatMap(({ tuning, evaluation }) => [...tuning, ...evaluation])];
  const own = options.reference ? 0 : all.filter((record) => ownStore().find(record)).length;
  return { published, sound, degeneracy: readDegeneracy(reference.folder), accuracy, own, reference: all.length - own };
}

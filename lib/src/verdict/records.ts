import { studies } from "../studies/index.js";
import { anyStore, findRecords, madeHere, readDegeneracy, recordsOf, referenceStore, storeOf } from "../study/index.js";
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
  const of = (name: "published" | "accuracy") => recordsOf(studies[name], options.reference ? reference : anyStore());
  const [published, accuracy] = [of("published"), of("accuracy")];
  const sound = findRecords(studies.sound, options.reference ? reference : storeOf(studies.sound));
  const all = [...accuracy, ...published, ...sound.flatMap(({ tuning, evaluation }) => [...tuning, ...evaluation])];
  const own = options.reference ? 0 : all.filter(madeHere).length;
  return { published, sound, degeneracy: readDegeneracy(reference.folder), accuracy, own, reference: all.length - own };
}

import type { Command } from "commander";
import { seedsAsked, studyAsked, studyNamed, studyNames } from "../studies/index.js";
import { type AnyRecord, chosen, type Study } from "../study/index.js";
import { names, whole } from "./options.js";

/** Which study a command works on, and which part of it. */
export interface Choice {
  models?: string[];
  seeds?: number;
  /** leave the repository's records aside; default: whether DMS_NTM_FRESH is set */
  fresh?: boolean;
}

/** A command that works on a study. */
export function onStudy(command: Command): Command {
  return command
    .argument("[study]", `one of ${studyNames.join(", ")} (default: DMS_NTM_STUDY, or published)`)
    .option("--models <names>", "only these, e.g. gru,ntm (default: all of the study)", names)
    .option("--seeds <n>", "evaluation runs a model (default: DMS_NTM_SEEDS, or the study's)", whole)
    .option("--fresh", "leave the repository's records aside (default: DMS_NTM_FRESH)");
}

/** The study that was chosen, cut down to the models and seeds that were. @throws UserError for a name that doesn't exist */
export function studyOf(name: string | undefined, { models, seeds }: Choice): Study<AnyRecord> {
  const study = name === undefined ? studyNamed(studyAsked(), "DMS_NTM_STUDY") : studyNamed(name);
  return chosen(study, { models, seeds: seeds ?? seedsAsked() });
}

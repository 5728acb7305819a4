import { resolve } from "node:path";
import type { Command } from "commander";
import { isStudyFile, seedsAsked, studies, studyAsked, studyNamed, studyNames } from "../studies/index.js";
import { checkStudy, chosen, outdated, type RecordStore, type Study } from "../study/index.js";
import { loadFile } from "../support/load-file.js";
import { UserError } from "../support/user-error.js";
import { listed, names, whole } from "./options.js";
import type { Report } from "./report.js";

/** Which study a command works on, and which part of it. */
export interface Choice {
  models?: string[];
  seeds?: number;
  /** leave the repository's records aside; default: whether DMS_NTM_FRESH is set */
  fresh?: boolean;
}

/** A command that works on a study. */
export function onStudy(command: Command): Command {
  const known = `one of ${studyNames.join(", ")}, or a file with one of your own (default: DMS_NTM_STUDY, or published)`;
  return command
    .argument("[study]", known)
    .option("--models <names>", "only these, e.g. gru,ntm (default: all of the study)", names)
    .option("--seeds <n>", "evaluation runs per model (default: DMS_NTM_SEEDS, or the study's)", whole)
    .option("--fresh", "leave the repository's records aside (default: DMS_NTM_FRESH)")
    .addHelpText("after", modelsHelp);
}

/** The models of each study, for the end of a help. */
export function modelsHelp(): string {
  const lines = Object.entries(studies).map(([name, { parts }]) => {
    const models = new Set((parts as Study["parts"]).flatMap((part) => Object.keys(part.models)));
    return listed(`  ${name}:`, [...models]);
  });
  return `\nModels, by study:\n${lines.join("\n")}`;
}

/** A study as it was asked for. */
export interface AskedStudy {
  study: Study;
  /** its name or file, by which `wholeStudy` finds it from any folder */
  asked: string;
  /** what it is called in tables: a part that was asked for has its own name */
  title: string;
  /** files that the processes which make its runs load first */
  require: string[];
}

/**
 * The study that was chosen, cut down to the models and seeds that were.
 *
 * @throws UserError for a name that doesn't exist
 */
export async function studyOf(name: string | undefined, { models, seeds }: Choice): Promise<AskedStudy> {
  const study = await wholeStudy(name);
  const called = name ?? studyAsked();
  const file = isStudyFile(called) ? resolve(called) : undefined;
  return {
    study: chosen(study, { models, seeds: seeds ?? seedsAsked() }),
    asked: file ?? called,
    title: file ? study.name : called,
    require: file ? [file] : [],
  };
}

/** Says of runs that other versions have made here that they don't count. */
export function tellOutdated(report: Report, study: Study, store: RecordStore): void {
  const count = outdated(study, store);
  if (count > 0)
    report.line(
      `${count} ${count === 1 ? "record" : "records"} of this machine made by other versions of dms-ntm, tfjs or TensorFlow: not counted; what is made anew stands beside`,
    );
}

/** The study of a name or file; default: DMS_NTM_STUDY, or the published one. @throws UserError when there is none */
export async function wholeStudy(name: string | undefined): Promise<Study> {
  const asked = name ?? studyAsked();
  if (isStudyFile(asked)) return studyIn(asked);
  return name === undefined ? studyNamed(asked, "DMS_NTM_STUDY") : studyNamed(asked);
}

/**
 * The study that a file exports, as `study` or as its default.
 *
 * @throws UserError when there is no such file, it fails, or what it exports is none
 */
async function studyIn(file: string): Promise<Study> {
  const wanted = "a study's name, or a file that exports one, is wanted";
  const loaded: { study?: unknown; default?: { study?: unknown } } = await loadFile(file, wanted);
  // what a CommonJS file exports stands in `default` as well
  const study = loaded.study ?? loaded.default?.study ?? loaded.default;
  if (study === undefined || study === null) throw new UserError(`${file} exports no study: export one as \`study\``);
  checkStudy(study);
  return study;
}

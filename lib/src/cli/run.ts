import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { runShown } from "../display/training-progress.js";
import { modelTitle } from "../figures/index.js";
import { saveSafetensors } from "../porting/index.js";
import { isStudyFile, studyNames } from "../studies/index.js";
import {
  type AnyRecord,
  type AnySpec,
  anyStore,
  chosen,
  evaluationPlan,
  isOnTask,
  metricOf,
  OtherConfigError,
  ownStore,
  partNames,
  type RecordStore,
  RunConfig,
  Runner,
  TaskRunConfig,
} from "../study/index.js";
import { saveOrKeep } from "../study/saver.js";
import { shortName } from "../study/schema.js";
import { checkWritable, readJson } from "../support/files.js";
import { show, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { modelsHelp, wholeStudy } from "./choice.js";
import { listed, seed as parseSeed, shown } from "./options.js";
import { type Report, reporting } from "./report.js";

/** Name of the records' folder of runs whose config is the user's own. */
const OWN = "own";

const OTHER_WEIGHTS = "give another file for --weights";

interface RunOptions {
  study?: string;
  config?: string;
  name?: string;
  seed: number;
  tensorboard?: string;
  weights?: string;
}

/** Adds the command that makes one run. */
export function addRun(program: Command): void {
  const command = program
    .command("run")
    .description("make one run and keep its record, or show the record that is there")
    .argument("[model]", "a model of the study, e.g. gru")
    .option(
      "--study <name>",
      "a study, or part of one, whose config the run has (default: DMS_NTM_STUDY, or published)",
    )
    .option("--config <file>", "instead of a model of a study: the run's config, as JSON (a record's `config` is one)")
    .option("--name <name>", "name of the record with --config (default: the file's)")
    .option("--seed <n>", "of weights, order and search", parseSeed, 0)
    .option("--tensorboard <folder>", "write curves for TensorBoard")
    .option("--weights <file>", "keep the trained weights, as a safetensors file in PyTorch's layout")
    .addHelpText("after", () => `\n${listed("Studies:", studyNames)}\n${modelsHelp()}`);
  reporting(command, (report, options: RunOptions, model: string | undefined) => makeRun(report, options, model));
}

async function makeRun(report: Report, options: RunOptions, model: string | undefined): Promise<void> {
  const spec =
    options.config === undefined ? await presetSpec(options, model) : ownSpec(options, options.config, model);
  const store = ownStore();
  const found = findIn(store, spec, options.config !== undefined);
  // curves and weights are no part of a record: asked for, they need the run
  const again = options.tensorboard !== undefined || options.weights !== undefined;
  const record = found && !again ? found : await made(spec, options, found ? undefined : store);
  report.line(
    `${modelTitle(record.name)}, seed ${record.seed}: ${metricOf(record).outcome(record)}, ${record.parameters} parameters`,
  );
  const path = store.fileOf(spec);
  report.line(`${found ? "the record was there already" : "record"}: ${shown(path)}`);
  report.result({ path, made: !found, record });
}

/** @param own whether the run's name is the user's own @throws UserError where a run of another config has its name */
function findIn(store: RecordStore, spec: AnySpec, own: boolean): AnyRecord | undefined {
  try {
    return store.find(spec);
  } catch (error) {
    if (!own || !(error instanceof OtherConfigError)) throw error;
    throw new UserError(`${error.message} by --name`, { cause: error });
  }
}

/**
 * Makes a run and keeps what is asked for.
 *
 * @param store gets the record, if given
 * @throws UserError before anything is trained when record or weights couldn't be written; when the weights can't be,
 *   the record is kept
 */
async function made(
  spec: AnySpec,
  { tensorboard, weights }: RunOptions,
  store: RecordStore | undefined,
): Promise<AnyRecord> {
  if (weights === "") throw new UserError(`--weights is "", expected a file`);
  store?.checkWritable([spec]);
  if (weights !== undefined) checkWritable(weights, OTHER_WEIGHTS);
  const runner = new Runner();
  try {
    const record = await runShown(`Training ${modelTitle(spec.name)}`, metricOf(spec).unit, (options) =>
      runner.run(spec, { ...options, ...(tensorboard === undefined ? {} : { tensorboard }) }),
    );
    if (store) saveOrKeep(store, record);
    if (weights !== undefined) {
      try {
        saveSafetensors(weights, runner.model(spec.config.model)!);
      } catch (cause) {
        throw new UserError(`${(cause as Error).message} (the record is kept: ${shown(ownStore().where(spec))})`, {
          cause,
        });
      }
    }
    return record;
  } finally {
    runner.dispose();
  }
}

/** A run of a model of a study, whatever seeds the study has. @throws UserError for an unknown study or model */
async function presetSpec({ study: name, seed }: RunOptions, model: string | undefined): Promise<AnySpec> {
  const study = await wholeStudy(name);
  if (model === undefined) {
    const known = [...new Set(study.parts.flatMap((part) => Object.keys(part.models)))];
    throw new UserError(`no model is given: name one of ${known.join(", ")}, or a --config file`);
  }
  const asked = chosen(study, { models: [model], seeds: 1 });
  const [part, another] = asked.parts;
  if (another)
    throw new UserError(`study is ${show(study.name)}, for one run it must be one of ${partNames(asked).join(", ")}`);
  const { specs } = evaluationPlan(asked, part!, anyStore());
  if (!specs[0]) {
    const asked = name !== undefined && isStudyFile(name) ? name : part!.name;
    throw new UserError(`${model} has no learning rate in ${part!.name} yet: run \`dms-ntm study ${asked}\``);
  }
  return { ...specs[0], seed };
}

/** A run with a config of the user's own. @throws UserError when the file or what it holds is wrong */
function ownSpec({ study = OWN, name, seed }: RunOptions, file: string, model: string | undefined): AnySpec {
  if (model !== undefined) throw new UserError(`both a model (${model}) and --config are given: leave one out`);
  if (studyNames.includes(study))
    throw new UserError(`study is ${show(study)}, which has configs of its own: leave it out with --config`);
  if (!existsSync(file)) throw new UserError(`${file} is missing: --config wants a JSON file`);
  if (!statSync(file).isFile()) throw new UserError(`${file} is no file: --config wants a JSON file`);
  const config = readJson(file, "--config wants a JSON file");
  const run = { protocol: study, name: name ?? basename(file).replace(/\.json$/, ""), seed };
  if (name === undefined && !shortName.safeParse(run.name).success)
    throw new UserError(
      `${file} would give its name to the run, and names are lower-case letters, digits and dashes: give one by --name`,
    );
  return isOnTask({ config })
    ? { ...run, config: check(TaskRunConfig, config, file) }
    : { ...run, config: check(RunConfig, config, file) };
}

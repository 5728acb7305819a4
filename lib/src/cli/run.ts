import { existsSync, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { runShown } from "../display/run-shown.js";
import { modelTitle } from "../figures/index.js";
import { saveSafetensors } from "../porting/index.js";
import {
  accuracyProtocol,
  currentProfile,
  evaluationPlan,
  ownStore,
  percentText,
  protocolNames,
  type RecordStore,
  RunConfig,
  Runner,
  type RunRecord,
  type RunSpec,
  soundStore,
} from "../study/index.js";
import { checkWritable } from "../support/files.js";
import { UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { seed as parseSeed, shown } from "./options.js";
import { planned } from "./plans.js";
import { type Report, reporting } from "./report.js";

/** Protocol of runs whose config is the user's own. */
const OWN = "own";

const OTHER_WEIGHTS = "give another file for --weights";

interface RunOptions {
  protocol?: string;
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
    .argument("[model]", "a model of the protocol, e.g. gru")
    .option("--protocol <name>", "a protocol whose config the run has (default: DMS_NTM_PROFILE, or published)")
    .option("--config <file>", "instead of a model of a protocol: the run's config, as JSON (a record's `config` is one)")
    .option("--name <name>", "name of the record with --config (default: the file's)")
    .option("--seed <n>", "of weights, order and search", parseSeed, 0)
    .option("--tensorboard <folder>", "write curves for TensorBoard")
    .option("--weights <file>", "keep the trained weights, as a safetensors file in PyTorch's layout");
  reporting(command, (report, options: RunOptions, model: string | undefined) => makeRun(report, options, model));
}

async function makeRun(report: Report, options: RunOptions, model: string | undefined): Promise<void> {
  const spec = options.config === undefined ? presetSpec(options, model) : ownSpec(options, options.config, model);
  const store = ownStore();
  const path = store.path(spec);
  const found = store.find(spec);
  // curves and weights are no part of a record: asked for, they need the run
  const again = options.tensorboard !== undefined || options.weights !== undefined;
  const record = found && !again ? found : await made(spec, options, found ? undefined : store);
  const { correct, of, testAccuracy } = record.result;
  const title = `${modelTitle(record.name)}, seed ${record.seed}`;
  const how = record.diverged ? ` (diverged in epoch ${record.diverged.epoch})` : "";
  report.line(
    `${title}: test accuracy ${percentText(testAccuracy)} %, ${correct} of ${of}${how}, ${record.parameters} parameters`,
  );
  report.line(`${found ? "the record was there already" : "record"}: ${shown(path)}`);
  report.result({ path, made: !found, record });
}

/**
 * Makes a run and keeps what is asked for.
 *
 * @param store gets the record, if given
 * @throws UserError before anything is trained when record or weights couldn't be written; when the weights can't be, the record is kept
 */
async function made(
  spec: RunSpec,
  { tensorboard, weights }: RunOptions,
  store: RecordStore<RunRecord> | undefined,
): Promise<RunRecord> {
  store?.checkWritable([spec]);
  if (weights !== undefined) checkWritable(weights, OTHER_WEIGHTS);
  const runner = new Runner();
  try {
    const record = await runShown(`Training ${modelTitle(spec.name)}`, "epochs", (options) =>
      runner.run(spec, { ...options, ...(tensorboard === undefined ? {} : { tensorboard }) }),
    );
    store?.save(record);
    if (weights !== undefined) {
      try {
        saveSafetensors(weights, runner.model(spec.config.model)!);
      } catch (cause) {
        throw new UserError(`${(cause as Error).message} (the record is kept: ${shown(ownStore().path(spec))})`, { cause });
      }
    }
    return record;
  } finally {
    runner.dispose();
  }
}

/** A run of a model of a protocol, whatever seeds the protocol has. @throws UserError for an unknown protocol or model */
function presetSpec({ protocol = currentProfile(), seed }: RunOptions, model: string | undefined): RunSpec {
  const choice = { protocol, ...(model === undefined ? {} : { models: [model] }) };
  const task = planned(choice);
  if (model === undefined) {
    const known =
      task.kind === "fixed" ? task.specs.map(({ name }) => name) : task.groups.flatMap((group) => Object.keys(group.models));
    throw new UserError(`no model is given: name one of ${[...new Set(known)].join(", ")}, or a --config file`);
  }
  if (task.kind === "fixed") return { ...task.specs[0]!, seed };
  const [group, another] = task.groups;
  if (another) {
    const protocols = task.groups.map(({ protocol }) => protocol).join(", ");
    throw new UserError(`protocol is ${JSON.stringify(protocol)}, for one run it must be one of ${protocols}`);
  }
  const store = soundStore();
  const { specs } = evaluationPlan(group!, 1, (spec) => store.find(spec));
  if (!specs[0])
    throw new UserError(`${model} has no learning rate in ${protocol} yet: run \`dms-ntm study --protocol ${protocol}\``);
  return { ...specs[0], seed };
}

/** A run with a config of the user's own. @throws UserError when the file or what it holds is wrong */
function ownSpec({ protocol = OWN, name, seed }: RunOptions, file: string, model: string | undefined): RunSpec {
  if (model !== undefined) throw new UserError(`both a model (${model}) and --config are given: leave one out`);
  if ([...protocolNames, accuracyProtocol].includes(protocol as never))
    throw new UserError(`protocol is ${JSON.stringify(protocol)}, which has configs of its own: leave it out with --config`);
  if (!existsSync(file)) throw new UserError(`${file} is missing: --config wants a JSON file`);
  if (!statSync(file).isFile()) throw new UserError(`${file} is no file: --config wants a JSON file`);
  let config: unknown;
  try {
    config = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UserError(`${file} is not JSON: ${(error as Error).message}`);
  }
  return { protocol, name: name ?? basename(file).replace(/\.json$/, ""), seed, config: check(RunConfig, config, file) };
}

import { Mnist1dConfig } from "../dataset/index.js";
import { ModelConfig } from "../models/index.js";
import { UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { makeTask } from "../tasks/index.js";
import { TaskConfig } from "../tasks/registry.js";
import { taskModel } from "../training/index.js";
import type { Metric } from "./metric.js";
import type { AnyRecord, AnySpec, RecordOf, SpecOf, TaskRunSpec } from "./record.js";
import { RunConfig, type SearchConfig, type TunedConfig } from "./schema.js";
import { contenderOf, isTaskPart, type Part, type PartOf, type Study, type TaskPart, type Tuning } from "./study.js";
import { checkTests, TaskRunConfig, tryTests } from "./task-schema.js";

/** Looks up records of runs. @internal */
export interface Lookup {
  /** @returns undefined when there is none */
  find<S extends AnySpec>(spec: S): RecordOf<S> | undefined;
}

/** The config of the runs of a part. */
type ConfigOf<P extends Part> = P extends TaskPart ? TaskRunConfig : RunConfig;

/** The learning rates that a part tries for each of its models; undefined where there is nothing to choose. @internal */
export function tuningOf({ learningRate }: Part): Tuning | undefined {
  return typeof learningRate === "object" && "rates" in learningRate ? learningRate : undefined;
}

/** The name of a part's tuning runs. */
const tuningName = (part: Part): string => `${(tuningOf(part)?.on ?? part).name}-tune`;

/**
 * Every model of a part with every learning rate and tuning seed; without a grid of learning rates the attempts by
 * which the recipe was chosen.
 *
 * @returns models * seeds * rates runs, or the attempts, or none
 * @throws UserError when a model or the training isn't one for the part
 * @internal
 */
export function tuningPlan<R extends AnyRecord>({ balanced = false }: Study<R>, part: PartOf<R>): SpecOf<R>[] {
  return tuningRuns(part, balanced) as SpecOf<R>[];
}

/** The same of a part alone. @internal */
export function tuningRuns(part: Part, balanced = false): AnySpec[] {
  const tuning = tuningOf(part);
  if (!tuning) return attemptsOf(part);
  const on: Part = tuning.on ? { ...tuning.on, models: part.models as TaskPart["models"] } : part;
  const protocol = tuningName(part);
  return ordered(
    Object.keys(part.models).map((name) =>
      tuning.seeds.flatMap((seed) =>
        tuning.rates.map((rate) => ({
          protocol,
          name,
          variant: `rate${rate}`,
          seed,
          config: configOf(on, name, rate),
        })),
      ),
    ),
    balanced,
  ) as AnySpec[];
}

/** The attempts of a part. */
function attemptsOf(part: Part): TaskRunSpec[] {
  if (!isTaskPart(part) || !part.attempts) return [];
  return part.attempts.map(({ model: name, seed, variant, training, change = (model) => model, task, test }) => {
    const contender = contenderOf(part, name);
    const tried = {
      ...part,
      task: task ?? part.task,
      test: test ?? part.test,
      // an attempt says more of the training than its model's entry does
      models: {
        [name]: { ...contender, model: change(contender.model), training: { ...contender.training, ...training } },
      },
    };
    const config = configOf(tried, name, part.learningRate as number);
    return { protocol: tuningName(part), name, variant, seed, config };
  });
}

/** What of the evaluation can be planned, and the models whose tuning runs aren't all there. */
export interface EvaluationPlan<R extends AnyRecord> {
  specs: SpecOf<R>[];
  untuned: string[];
}

/**
 * The evaluation runs of a part, each at the learning rate that its model's tuning runs chose.
 *
 * @param lookup of tuning runs
 * @throws UserError as `tuningPlan`, or when a tuning run has nothing to choose by
 * @internal
 */
export function evaluationPlan<R extends AnyRecord>(
  study: Study<R>,
  part: PartOf<R>,
  lookup: Lookup,
): EvaluationPlan<R> {
  const { name: protocol, firstSeed = 0 } = part;
  const tuning = tuningOf(part) ? tuningPlan(study, part) : [];
  const untuned: string[] = [];
  const runs = Object.keys(part.models).map((name) => {
    const config = evaluationConfig(part, name, tuning, study.metric as Metric<AnyRecord>, lookup);
    if (!config) untuned.push(name);
    return config
      ? Array.from({ length: part.seeds }, (_, i) => ({ protocol, name, seed: firstSeed + i, config }))
      : [];
  });
  return { specs: ordered(runs, study.balanced ?? false) as SpecOf<R>[], untuned };
}

function evaluationConfig(
  part: Part,
  name: string,
  tuning: readonly AnySpec[],
  metric: Metric<AnyRecord>,
  lookup: Lookup,
): AnySpec["config"] | undefined {
  const rates = tuningOf(part);
  if (!rates) return configOf(part, name, part.learningRate as number);
  const records = tuning.filter((spec) => spec.name === name).map((spec) => lookup.find(spec));
  if (records.some((record) => record === undefined)) return undefined;
  const { seeds } = rates;
  const tuned = { protocol: tuningName(part), rates: [...rates.rates], seeds: [...seeds] };
  return configOf(part, name, metric.bestRate(records as AnyRecord[]), tuned);
}

/** Runs of each model, one model after the other, or one run of each at a time. */
function ordered<T>(perModel: readonly T[][], balanced: boolean): T[] {
  if (!balanced) return perModel.flat();
  const most = Math.max(...perModel.map((runs) => runs.length));
  return Array.from({ length: most }, (_, i) => perModel.flatMap((runs) => runs.slice(i, i + 1))).flat();
}

/**
 * All that a run of a part depends on, besides its seed.
 * @throws UserError for a model that the part hasn't, or a wrong setting
 * @internal
 */
export function configOf<P extends Part>(
  of: P,
  name: string,
  learningRate: number | SearchConfig,
  tuned?: TunedConfig,
): ConfigOf<P> {
  const part: Part = of; // a type parameter isn't narrowed
  if (!Object.hasOwn(part.models, name)) throw new UserError(`${part.name} has no model ${name}`);
  const { model, training: own = {} } = contenderOf(part, name);
  const training = { ...part.training, learningRate, ...own };
  if (isTaskPart(part)) {
    const task = makeTask(part.task);
    const whole = TaskConfig.parse(part.task);
    const config = { task: whole, model: taskModel(task, model), training, test: part.test };
    const checked = check(TaskRunConfig, present(config), `run config of ${name}`);
    checkTests(task, checked);
    if (!task.exists) tryTests(task, checked); // those of this library know
    return checked as ConfigOf<P>;
  }
  const { stride, validation } = part;
  const data = check(Mnist1dConfig, part.data, `data of ${part.name}`);
  const whole = check(ModelConfig, model, `model config of ${name}`);
  const values = Math.ceil(data.finalLength / stride);
  const steps = values / whole.features;
  if ("steps" in whole && !Number.isInteger(steps))
    throw new UserError(
      `features of ${name} is ${whole.features}, expected a number by which the ${values} values of a sample divide`,
    );
  const config = {
    data,
    stride,
    validation,
    model: "steps" in whole ? { ...whole, steps } : whole,
    training: { ...training, tuned },
  };
  return check(RunConfig, present(config), `run config of ${name}`) as ConfigOf<P>;
}

/** A config as its record has it, without keys that are undefined, at any depth: with them the record wouldn't be found. */
function present<T>(config: T): T {
  if (Array.isArray(config)) return config.map(present) as T;
  if (typeof config !== "object" || config === null) return config;
  const there = Object.entries(config).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there.map(([key, value]) => [key, present(value)])) as T;
}

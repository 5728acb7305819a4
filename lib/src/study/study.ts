import type { Mnist1dConfig } from "../dataset/index.js";
import type { ModelConfig } from "../models/index.js";
import { checkKeys } from "../support/options.js";
import { checkNames, checkWhole, UserError } from "../support/user-error.js";
import type { TaskOptions } from "../tasks/index.js";
import type { TaskModel } from "../training/index.js";
import type { Metric, Pair } from "./metric.js";
import type { AnyRecord } from "./record.js";
import type { SearchConfig, TrainingConfig } from "./schema.js";
import type { TaskRecord, TaskRunConfig, TaskTrainingConfig } from "./task-schema.js";

/** A model of a study, with what is particular to it there. */
export interface Contender<Model, Training> {
  /** what it tries, as a phrase */
  what: string;
  model: Model;
  /** what of its training differs from the part's */
  training?: { [K in keyof Training]?: Training[K] | undefined };
}

/**
 * A learning rate for each model by runs of their own: every rate with every seed, judged on what isn't the test set.
 */
export interface Tuning {
  rates: readonly number[];
  /** far from those of the evaluation */
  seeds: readonly number[];
  /** the part whose tuning runs choose; default: the part's own, which are named like it with "-tune" behind */
  on?: TaskPart;
}

interface PartBase<Model, Training, Rate> {
  /** of its records: "sound-20" */
  name: string;
  /** to be read: "sound, 20 steps" */
  title?: string;
  /** by the short names of their records */
  models: Readonly<Record<string, Model | Contender<Model, Training>>>;
  /** the same for every model */
  training: Omit<Training, "learningRate" | "tuned">;
  /** fixed, searched for inside each run, or tuned for each model beforehand */
  learningRate: Rate;
  /** evaluation runs a model */
  seeds: number;
  /** seed of the first of them, the others follow; default: 0. A comparison that is made again has seeds of its own. */
  firstSeed?: number;
}

/** A view of MNIST-1D: models are trained in epochs over its samples, and tested on others. */
export interface SetPart extends PartBase<ModelConfig, TrainingConfig, number | SearchConfig | Tuning> {
  data: Mnist1dConfig;
  /** sequence models read every `stride`-th feature; their number of steps is made to fit */
  stride: number;
  /** the last so many training samples are held out for selection; none if left out */
  validation?: number;
  /** test accuracies that were published for models of this part */
  published?: Readonly<Record<string, number>>;
}

/** A task: models are trained on a stream of its sequences, and tested at some lengths. */
export interface TaskPart extends PartBase<TaskModel, TaskTrainingConfig, number | Tuning> {
  task: TaskOptions;
  test: TaskRunConfig["test"];
  /**
   * runs by which the recipe was chosen, on seeds of their own, named like the part with "-tune" behind; kept, whatever
   * they gave
   */
  attempts?: readonly Attempt[];
}

/** A run that tried another recipe. */
export interface Attempt {
  model: string;
  seed: number;
  /** what tells it apart in its record's name: "rate-3e-3" */
  variant: string;
  /** another size of the part's task, and what it is tested at */
  task?: TaskOptions;
  test?: TaskRunConfig["test"];
  /** what of the part's training differs */
  training?: Partial<TaskTrainingConfig>;
  /** what of the model's config differs */
  change?: (model: TaskModel) => TaskModel;
}

/** Runs that are compared with each other: one data set or task, trained and tested in one way. */
export type Part = SetPart | TaskPart;

/** The kind of parts that records are of. */
export type PartOf<R extends AnyRecord> = R extends TaskRecord ? TaskPart : SetPart;

/** Comparisons that answer one question; Holm's correction is for all of them together. */
export interface Family {
  /** what they ask, as a phrase */
  question: string;
  /** chosen before the results are seen: each one more makes all others weaker */
  pairs: readonly Pair[] | "all";
  /** names of the parts that it is asked on; default: all */
  parts?: readonly string[];
  /** asked at the first test length alone, by custom the longest of the training; default: at every test length */
  asTrained?: boolean;
  /** corrected part by part; default: over all parts together */
  partByPart?: boolean;
  /** of a study that was cut down: how many comparisons the whole asks for, by part; default: counted */
  planned?: Readonly<Record<string, number>>;
}

/** A study as a value: what is asked, of which runs, and how the answer is judged. */
export interface Study<R extends AnyRecord = AnyRecord> {
  name: string;
  /** in one sentence */
  question: string;
  parts: readonly PartOf<R>[];
  /** what models are compared by: `accuracy`, `cost` or `learningTime` */
  metric: Metric<R>;
  /** planned before the evaluation runs are looked at */
  families: readonly Family[];
  /**
   * runs go seed by seed over all models, so that a study stopped half-way is balanced; default: model by model, which
   * compiles less
   */
  balanced?: boolean;
  /**
   * every machine makes the runs anew, since it is they that are to be reproduced; default: committed records needn't
   * be made again
   */
  remade?: boolean;
}

/** What of a study is meant. */
export interface StudyChoice {
  /** names of parts; default: all */
  parts?: readonly string[] | undefined;
  /** default: all */
  models?: readonly string[] | undefined;
  /** evaluation runs a model; default: as the parts say */
  seeds?: number | undefined;
}

/**
 * The study with only a part of its parts, models and seeds; families keep the comparisons of models that are left, and
 * how many there were.
 *
 * @param study a study
 * @param choice what of it is left
 * @throws UserError for a name that it hasn't, an unknown key, or a wrong number of seeds, as where the last ones are
 *   those that choose learning rates
 */
export function chosen<R extends AnyRecord>(study: Study<R>, choice: StudyChoice): Study<R> {
  checkKeys("choice", choice, ["parts", "models", "seeds"]);
  const { parts, models, seeds } = choice;
  let left: readonly Part[] = study.parts;
  if (parts) {
    checkNames("part", parts, partNames(study));
    left = left.filter(({ name }) => parts.includes(name));
  }
  if (models) {
    checkNames("model", models, [...new Set(left.flatMap((part) => Object.keys(part.models)))]);
    left = left
      .map((part) => ({
        ...part,
        models: Object.fromEntries(models.flatMap((name) => (part.models[name] ? [[name, part.models[name]]] : []))),
        ...(isTaskPart(part) && part.attempts
          ? { attempts: part.attempts.filter(({ model }) => models.includes(model)) }
          : {}),
      }))
      .filter((part) => Object.keys(part.models).length > 0) as Part[];
  }
  if (seeds !== undefined) left = left.map((part) => withSeeds({ ...part, seeds: checkSeeds(seeds) }));
  const asked = parts || models ? study.families.flatMap((family) => familyOf(family, study, left)) : study.families;
  return { ...study, parts: left as readonly PartOf<R>[], families: asked };
}

/** What a family of a study's parts asks of those that are left: one family, or none. */
function familyOf(
  family: Family,
  { parts: all, metric }: Pick<Study, "parts" | "metric">,
  parts: readonly Part[],
): Family[] {
  const known = parts.filter(({ name }) => family.parts?.includes(name) ?? true);
  const names = modelsOf(known);
  const pairs = family.pairs === "all" ? "all" : family.pairs.filter((pair) => pair.every((one) => names.has(one)));
  if (known.length === 0 || pairs.length === 0) return [];
  return [
    {
      ...family,
      pairs,
      planned: plannedBy(all, family, metric),
      ...(family.parts ? { parts: known.map(({ name }) => name) } : {}),
    },
  ];
}

/** How many comparisons a family asks for of each of these parts. @internal */
export function plannedBy(
  parts: readonly Part[],
  family: Family,
  { oncePerPair = false }: Pick<Metric, "oncePerPair">,
): Readonly<Record<string, number>> {
  if (family.planned) return family.planned;
  const asked = parts.filter(({ name }) => family.parts?.includes(name) ?? true);
  const counts = asked.map((part) => {
    const models = Object.keys(part.models);
    const pairs = pairsOf(family, models).filter((pair) => pair.every((name) => models.includes(name)));
    const each = isTaskPart(part) && !family.asTrained && !oncePerPair ? part.test.lengths.length : 1;
    return [part.name, pairs.length * each];
  });
  return Object.fromEntries(counts);
}

/** The pairs of a family among models. @internal */
export const pairsOf = ({ pairs }: Family, models: readonly string[]): readonly Pair[] =>
  pairs === "all" ? allPairs(models) : pairs;

/** Each model with each that follows it. @internal */
export function allPairs(names: readonly string[]): Pair[] {
  return names.flatMap((model, i) => names.slice(i + 1).map((against): Pair => [model, against]));
}

/** Names of the models of parts. @internal */
export const modelsOf = (parts: readonly Part[]) => new Set(parts.flatMap(({ models }) => Object.keys(models)));

/** Names of a study's parts. */
export const partNames = (study: Pick<Study, "parts">): string[] => study.parts.map(({ name }) => name);

/** A part of a study. @throws UserError when it has none of that name @internal */
export function partOf<R extends AnyRecord>(study: Study<R>, name: string): PartOf<R> {
  checkNames("part", [name], partNames(study));
  return study.parts.find((part) => part.name === name)!;
}

/** Whether a part is a task. @internal */
export function isTaskPart(part: Part): part is TaskPart {
  return "task" in part;
}

/** A model of a part, with what is particular to it. @internal */
export function contenderOf<P extends Part>(part: P, name: string): Contender<never, object> {
  const entry = part.models[name]!;
  return ("model" in entry ? entry : { what: name, model: entry }) as Contender<never, object>;
}

/** Seeds a model at most: those from 1,000 on are the tuning's. @internal */
export const MOST_SEEDS = 1000;

/** @throws UserError when its evaluation has no right seeds, or some by which learning rates are chosen @internal */
export function withSeeds<P extends Part>(part: P): P {
  const { name, seeds, firstSeed = 0, learningRate: rate } = part;
  checkWhole(`firstSeed of ${name}`, firstSeed, 0, MOST_SEEDS - 1);
  if (firstSeed + seeds > MOST_SEEDS)
    throw new UserError(
      `seeds of ${name} is ${seeds} from firstSeed ${firstSeed} on, expected at most ${MOST_SEEDS - firstSeed}: those from ${MOST_SEEDS} on are the tuning's`,
    );
  const choosing: readonly number[] = typeof rate === "object" && "seeds" in rate ? rate.seeds : [];
  const shared = choosing.find((seed) => seed >= firstSeed && seed < firstSeed + seeds);
  if (shared !== undefined)
    throw new UserError(
      `learningRate of ${name} is chosen on seed ${shared}, which the evaluation has: expected others, e.g. from ${MOST_SEEDS} on`,
    );
  return part;
}

/** @throws UserError when it is no number of seeds a model */
export function checkSeeds(seeds: number, what = "seeds"): number {
  return checkWhole(what, seeds, 1, MOST_SEEDS);
}

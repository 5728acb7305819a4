import { checkKeys } from "../support/options.js";
import { checkNames, show, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { shortName } from "./schema.js";
import {
  type Attempt,
  type Contender,
  checkSeeds,
  contenderOf,
  type Family,
  isTaskPart,
  modelsOf,
  type Part,
  type SetPart,
  type Study,
  type TaskPart,
  type Tuning,
  withSeeds,
} from "./study.js";

const STUDY_KEYS = ["name", "question", "parts", "metric", "families", "balanced", "remade"] satisfies (keyof Study)[];
const FAMILY_KEYS = ["question", "pairs", "parts", "asTrained", "partByPart", "planned"] satisfies (keyof Family)[];
const BASE_KEYS = ["name", "title", "models", "training", "learningRate", "seeds", "firstSeed"] as const;
const SET_KEYS = [...BASE_KEYS, "data", "stride", "validation", "published"] satisfies (keyof SetPart)[];
const TASK_KEYS = [...BASE_KEYS, "task", "test", "attempts"] satisfies (keyof TaskPart)[];
const ATTEMPT_KEYS = ["model", "seed", "variant", "task", "test", "training", "change"] satisfies (keyof Attempt)[];
const CONTENDER_KEYS = ["what", "model", "training"] satisfies (keyof Contender<never, object>)[];

/** One that lacks the other of its two lists, too. */
const isTuning = (rate: Part["learningRate"]): rate is Tuning =>
  typeof rate === "object" && ("rates" in rate || "seeds" in rate);

/** @throws UserError where an attempt would silently be another one, or none */
function checkAttempts({ name, attempts = [], models, learningRate }: TaskPart): void {
  if (attempts.length > 0 && typeof learningRate !== "number")
    throw new UserError(`part ${name} has attempts and rates to choose from: leave one of them out`);
  for (const attempt of attempts) {
    checkKeys(`attempt ${attempt.variant} of part ${name}`, attempt, ATTEMPT_KEYS);
    checkNames(`model of attempt ${attempt.variant} of part ${name}`, [attempt.model], Object.keys(models));
  }
  const runs = attempts.map(({ model, variant, seed }) => `${variant} of ${model} with seed ${seed}`);
  const twice = runs.find((one, i) => runs.indexOf(one) !== i);
  if (twice !== undefined)
    throw new UserError(`part ${name} has two attempts called ${twice}: give one another variant or seed`);
}

/** What of a part would else be ignored, or told after hours. @throws UserError */
function checkPart(part: Part): void {
  checkKeys(`part ${part.name}`, part, isTaskPart(part) ? TASK_KEYS : SET_KEYS);
  for (const [name, entry] of Object.entries(part.models)) {
    if (typeof entry !== "object" || entry === null)
      throw new UserError(`${name} of part ${part.name} is ${show(entry)}, expected a model's config`);
    if ("model" in entry) checkKeys(`${name} of part ${part.name}`, entry, CONTENDER_KEYS);
  }
  const rate = part.learningRate;
  if (typeof rate !== "number" && (typeof rate !== "object" || rate === null))
    throw new UserError(`learningRate of ${part.name} is ${show(rate)}, expected a number, or rates and seeds`);
  const some = (list: unknown) => Array.isArray(list) && list.length > 0;
  if (isTuning(rate) && !(some(rate.rates) && some(rate.seeds)))
    throw new UserError(`learningRate of ${part.name} is ${show(rate)}, expected at least one rate and one seed`);
  withSeeds(part);
  if (isTaskPart(part)) checkAttempts(part);
  if (!isTuning(rate)) return;
  for (const list of [rate.rates, rate.seeds]) {
    const again = list.find((one, i) => list.indexOf(one) !== i);
    if (again !== undefined) throw new UserError(`learningRate of ${part.name} has ${again} twice: once is enough`);
  }
  const fixed = Object.keys(part.models).find((one) => "learningRate" in (contenderOf(part, one).training ?? {}));
  if (fixed !== undefined)
    throw new UserError(
      `${fixed} of part ${part.name} has a learning rate of its own, where one is to be chosen: leave it out`,
    );
  if (!isTaskPart(part) && !rate.on && part.validation === undefined)
    throw new UserError(`${part.name} chooses learning rates, but holds nothing out: set validation, e.g. to 500`);
}

/**
 * Looks at a value that should be a study.
 * @throws UserError when it is none, has an unknown key, names a part twice, compares what it hasn't, or can't choose its
 *   learning rates
 * @internal
 */
export function checkStudy(study: unknown): asserts study is Study {
  const { name, parts, metric, families } = (study ?? {}) as Partial<Study>;
  if (
    typeof name !== "string" ||
    !Array.isArray(parts) ||
    typeof metric?.compare !== "function" ||
    !Array.isArray(families)
  )
    throw new UserError(
      `study is ${show(study)}, expected a value with name, question, parts, metric and families, e.g. \`studies.published\``,
    );
  check(shortName, name, "study name"); // of files, too
  checkKeys(`study ${name}`, study, STUDY_KEYS);
  if (parts.length === 0) throw new UserError(`study ${name} has no part, expected at least one`);
  const names = (parts as readonly Part[]).map((part) => check(shortName, part.name, "part name"));
  const twice = names.find((one, i) => names.indexOf(one) !== i);
  if (twice !== undefined) throw new UserError(`study ${name} has two parts named ${twice}: give one another name`);
  for (const part of parts as readonly Part[]) {
    checkSeeds(part.seeds, `seeds of ${part.name}`);
    if (Object.keys(part.models ?? {}).length === 0)
      throw new UserError(`${part.name} has no model, expected at least one`);
    checkPart(part);
  }
  for (const family of families as readonly Family[]) {
    checkKeys(`family of study ${name}`, family, FAMILY_KEYS);
    const { question, pairs, parts: of } = family;
    if (of) checkNames(`part of a family of study ${name}`, of, names);
    if (pairs === "all") continue;
    if (!Array.isArray(pairs as unknown))
      throw new UserError(`pairs of family ${show(question)} is ${show(pairs)}, expected a list of pairs, or "all"`);
    const known = [...modelsOf((parts as readonly Part[]).filter((part) => of?.includes(part.name) ?? true))];
    const odd = pairs.find(
      (pair) => pair.length !== 2 || pair[0] === pair[1] || !pair.every((one) => known.includes(one)),
    );
    if (odd)
      throw new UserError(
        `pair ${show(odd)} of study ${name} isn't of two models, expected two of ${known.join(", ")}`,
      );
    const sorted = pairs.map((pair) => [...pair].sort().join());
    const again = pairs.find((_, i) => sorted.indexOf(sorted[i]!) !== i);
    if (again)
      throw new UserError(`family ${show(question)} of study ${name} asks for ${show(again)} twice: once is enough`);
  }
}

import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { checkWhole, UserError } from "../support/user-error.js";
import { evaluationPlan, type Lookup, tuningOf, tuningPlan } from "./plan.js";
import type { AnyRecord, AnySpec } from "./record.js";
import { type RunConfig, Seed, shortName, variantName } from "./schema.js";
import type { Records } from "./store.js";
import { chosen, type Study } from "./study.js";
import type { TaskRunConfig } from "./task-schema.js";
import { versions } from "./versions.js";

type AnyConfig = RunConfig | TaskRunConfig;

/**
 * Runs of one model that are made one after the other in one process, which compiles once: they differ in their seeds
 * alone.
 */
export const Batch = z.strictObject({
  /**
   * `<part>-<model>[-<variant>]-<digest>`: of the runs and all that they depend on, so that what is done under this
   * name needn't be done again
   */
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  part: shortName,
  model: shortName,
  variant: variantName.optional(),
  seeds: z.array(Seed).min(1),
  /**
   * the first batch of the same stage, part and model: a single run, which tells what the others need. Its own id for
   * the first
   */
  first: z.string(),
  /**
   * batches whose runs choose its learning rate, which is null in `config` until then; absent: its learning rate is
   * known
   */
  tuning: z.array(z.string()).optional(),
  /** checked where the runs are made, with what the study's file registers */
  config: z.custom<AnyConfig>((value) => typeof value === "object" && value !== null, "expected a run config"),
});

/** The runs of a study for others to hand out. */
export const Batches = z.strictObject({
  /** its name, or the file that exports it */
  study: z.string(),
  /** files that a process loads before it makes any of the runs */
  require: z.array(z.string()),
  /** whether the repository's records are left aside */
  fresh: z.boolean(),
  /** ids by the name of the part; parts may share tuning runs */
  parts: z.record(z.string(), z.strictObject({ tuning: z.array(z.string()), evaluation: z.array(z.string()) })),
  /** by id */
  batches: z.record(z.string(), Batch),
});

export interface Batch extends z.infer<typeof Batch> {}
export interface Batches extends z.infer<typeof Batches> {}

/**
 * Cuts the runs of a study into batches, before any of them is made. The first batch of a model is a single run; the
 * others' places don't depend on how many seeds there are: more of them add batches, and change the last at most.
 *
 * @param size runs a batch, at most
 * @param except records whose runs needn't be made
 * @throws UserError for a size below 1; as `tuningPlan` and `evaluationPlan`
 */
export function batchesOf<R extends AnyRecord>(
  of: Study<R>,
  size: number,
  except?: Records,
): Pick<Batches, "parts" | "batches"> {
  const study = of as Study as Study<AnyRecord>;
  checkWhole("runs a batch", size);
  const batches = new Map<string, Batch>();
  const parts: Batches["parts"] = {};
  for (const { name: part, models } of study.parts) {
    const ids = { tuning: [] as string[], evaluation: [] as string[] };
    for (const model of Object.keys(models)) {
      const one = chosen(study, { parts: [part], models: [model] });
      const tuning = cut(missing(tuningPlan(one, one.parts[0]!) as AnySpec[], except), size);
      const chooses = tuningOf(one.parts[0]!) ? tuning.map(({ id }) => id) : undefined;
      const evaluation = cut(evaluationRuns(one, except), size, chooses);
      for (const batch of [...tuning, ...evaluation]) batches.set(batch.id, batch);
      ids.tuning.push(...tuning.map(({ id }) => id));
      ids.evaluation.push(...evaluation.map(({ id }) => id));
    }
    parts[part] = ids;
  }
  return { parts, batches: Object.fromEntries(batches) };
}

const missing = (specs: readonly AnySpec[], except: Records | undefined) =>
  specs.filter((spec) => !except?.findFitting(spec));

/** Evaluation runs of a study of one part and model; where the learning rate is yet to be chosen it is null. */
function evaluationRuns(one: Study<AnyRecord>, except: Records | undefined): AnySpec[] {
  const part = one.parts[0]!;
  const { specs, untuned } = evaluationPlan(one, part, { find: (spec) => except?.findFitting(spec) });
  const left = missing(specs as AnySpec[], except);
  if (untuned.length === 0)
    return tuningOf(part) ? left.map((spec) => ({ ...spec, config: unrated(spec.config) }) as AnySpec) : left;
  // of what it will be all is known but for the rate: as if every tuning run had ended alike
  const { specs: like } = evaluationPlan({ ...one, metric: { ...one.metric, bestRate: () => RATE } }, part, {
    find: (spec) => ({ config: spec.config }) as never,
  });
  return like.map((spec) => ({ ...spec, config: unrated(spec.config) }) as AnySpec);
}

/** Stands for a learning rate that isn't known. */
const RATE = 0.5;

const unrated = (config: AnyConfig): AnyConfig =>
  ({ ...config, training: { ...config.training, learningRate: null } }) as unknown as AnyConfig;

/**
 * Runs of one model as batches: those that share a config, in the order of their seeds.
 *
 * @param tuning what chooses their learning rate
 */
function cut(specs: readonly AnySpec[], size: number, tuning?: string[]): Batch[] {
  const groups = new Map<string, AnySpec[]>();
  for (const spec of specs) {
    const key = JSON.stringify([spec.variant, spec.config]);
    const group = groups.get(key);
    if (group) group.push(spec);
    else groups.set(key, [spec]);
  }
  const chunks = [...groups.values()].flatMap((runs, i) => [
    // a run alone says sooner what all others need
    ...(i === 0 ? [runs.slice(0, 1)] : []),
    ...Array.from({ length: Math.ceil(runs.length / size) }, (_, k) =>
      runs.slice(Math.max(k * size, i === 0 ? 1 : 0), (k + 1) * size),
    ),
  ]);
  const batches = chunks.filter((runs) => runs.length > 0).map((runs) => batchOf(runs, tuning));
  return batches.map((batch) => ({ ...batch, first: batches[0]!.id }));
}

function batchOf(runs: readonly AnySpec[], tuning: string[] | undefined): Batch {
  const { protocol: part, name: model, variant, config } = runs[0]!;
  const seeds = runs.map(({ seed }) => seed);
  const { node: _, ...made } = versions(); // Node's own version doesn't touch the numbers
  const said = JSON.stringify([part, model, variant, seeds, config, tuning, made]);
  const id = [part, model, variant, createHash("sha256").update(said).digest("hex").slice(0, 12)]
    .filter(Boolean)
    .join("-");
  return {
    id,
    part,
    model,
    ...(variant === undefined ? {} : { variant }),
    seeds,
    first: id,
    ...(tuning ? { tuning } : {}),
    config,
  };
}

/**
 * The runs of a batch, with the learning rate that their tuning runs chose.
 *
 * @param study the one that was cut
 * @param lookup of tuning runs
 * @throws UserError when tuning runs are missing, or the study has changed since it was cut
 * @internal
 */
export function specsOf(batch: Batch, study: Study<AnyRecord>, lookup: Lookup): AnySpec[] {
  const { part: protocol, model: name, variant, seeds } = batch;
  const config = batch.tuning ? ratedConfig(batch, study, lookup) : batch.config;
  return seeds.map(
    (seed) => ({ protocol, name, ...(variant === undefined ? {} : { variant }), seed, config }) as AnySpec,
  );
}

function ratedConfig({ part, model, config, id }: Batch, study: Study<AnyRecord>, lookup: Lookup): AnyConfig {
  const one = chosen(study, { parts: [part], models: [model], seeds: 1 });
  const { specs } = evaluationPlan(one, one.parts[0]!, lookup);
  const found = (specs[0] as AnySpec | undefined)?.config;
  if (!found)
    throw new UserError(`${model} of ${part} has no learning rate yet: its tuning runs have to be made before ${id}`);
  if (!isDeepStrictEqual(unrated(found), config))
    throw new UserError(`${model} of ${part} isn't what it was when its study was cut into batches: do that again`);
  return found;
}

import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { checkWhole, UserError } from "../support/user-error.js";
import { evaluationPlan, type Lookup, tuningOf, tuningPlan } from "./plan.js";
import type { AnySpec } from "./record.js";
import { type RunConfig, Seed, shortName, variantName } from "./schema.js";
import type { Records } from "./store.js";
import { chosen, type Study } from "./study.js";
import type { TaskRunConfig } from "./task-schema.js";
import { versions, withoutNode } from "./versions.js";

type AnyConfig = RunConfig | TaskRunConfig;

const batchId = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/);
/** checked where the runs are made, with what the study's file registers */
const anyConfig = z.custom<AnyConfig>((value) => typeof value === "object" && value !== null, "expected a run config");

/** @internal */
export const RateToChoose = z.strictObject({
  /** `<part>-<model>-<digest>`: of all that it depends on */
  id: batchId,
  part: shortName,
  model: shortName,
  /** batches whose runs choose it; none where they needn't be made */
  tuning: z.array(z.string()),
  /** of the evaluation runs, whose learning rate is null until it is chosen */
  config: anyConfig,
});
/** A model's learning rate, which its tuning runs choose. */
export interface RateToChoose extends z.infer<typeof RateToChoose> {}

/** @internal */
export const ChosenRate = z.strictObject({
  /** the id that it has in the plan */
  rate: z.string(),
  learningRate: z.number().positive(),
});
/** A learning rate that was chosen. */
export interface ChosenRate extends z.infer<typeof ChosenRate> {}

/**
 * Runs of one model that are made one after the other in one process, which compiles once: they differ in their seeds
 * alone.
 * @internal
 */
export const Batch = z.strictObject({
  /**
   * `<part>-<model>[-<variant>]-<digest>`: of the runs and all that they depend on, so that what is done under this
   * name needn't be done again
   */
  id: batchId,
  part: shortName,
  model: shortName,
  variant: variantName.optional(),
  seeds: z.array(Seed).min(1),
  /**
   * the first batch of the same stage, part and model: a single run, which tells what the others need. Its own id for
   * the first
   */
  first: z.string(),
  /** the id of its learning rate, which is null in `config` until it is chosen; absent: it is known */
  rate: z.string().optional(),
  config: anyConfig,
});

/** The runs of a study for others to hand out. @internal */
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
  rates: z.record(z.string(), RateToChoose),
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
export function batchesOf(study: Study, size: number, except?: Records): Pick<Batches, "parts" | "rates" | "batches"> {
  checkWhole("runs a batch", size);
  const rates = new Map<string, RateToChoose>();
  const batches = new Map<string, Batch>();
  const parts: Batches["parts"] = {};
  for (const { name: part, models } of study.parts) {
    const ids = { tuning: [] as string[], evaluation: [] as string[] };
    for (const model of Object.keys(models)) {
      const one = chosen(study, { parts: [part], models: [model] });
      const tuning = cut(missing(tuningPlan(one, one.parts[0]!), except), size);
      const runs = evaluationRuns(one, except);
      const rate = tuningOf(one.parts[0]!) && runs[0] && rateToChoose(runs[0], tuning);
      if (rate) rates.set(rate.id, rate);
      const evaluation = cut(runs, size, rate?.id);
      for (const batch of [...tuning, ...evaluation]) batches.set(batch.id, batch);
      ids.tuning.push(...tuning.map(({ id }) => id));
      ids.evaluation.push(...evaluation.map(({ id }) => id));
    }
    parts[part] = ids;
  }
  return { parts, rates: Object.fromEntries(rates), batches: Object.fromEntries(batches) };
}

const missing = (specs: readonly AnySpec[], except: Records | undefined) =>
  specs.filter((spec) => !except?.findFitting(spec));

/** Evaluation runs of a study of one part and model; where the learning rate is yet to be chosen it is null. */
function evaluationRuns(one: Study, except: Records | undefined): AnySpec[] {
  const part = one.parts[0]!;
  const { specs, untuned } = evaluationPlan(one, part, { find: (spec) => except?.findFitting(spec) });
  const left = missing(specs, except);
  if (untuned.length === 0) return tuningOf(part) ? left.map(unratedRun) : left;
  // of what it will be all is known but for the rate: as if every tuning run had ended alike
  const { specs: like } = evaluationPlan({ ...one, metric: { ...one.metric, bestRate: () => RATE } }, part, {
    find: (spec) => ({ config: spec.config }) as never,
  });
  return like.map(unratedRun);
}

/** Stands for a learning rate that isn't known. */
const RATE = 0.5;

const withRate = (config: AnyConfig, learningRate: number | null): AnyConfig =>
  ({ ...config, training: { ...config.training, learningRate } }) as AnyConfig;

const unrated = (config: AnyConfig): AnyConfig => withRate(config, null);
const unratedRun = (spec: AnySpec) => ({ ...spec, config: unrated(spec.config) }) as AnySpec;

/**
 * Runs of one model as batches: those that share a config, in the order of their seeds.
 *
 * @param rate the id of their learning rate, where it is yet to be chosen
 */
function cut(specs: readonly AnySpec[], size: number, rate?: string): Batch[] {
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
  const batches = chunks.filter((runs) => runs.length > 0).map((runs) => batchOf(runs, rate));
  return batches.map((batch) => ({ ...batch, first: batches[0]!.id }));
}

function batchOf(runs: readonly AnySpec[], rate: string | undefined): Batch {
  const { protocol: part, name: model, variant, config } = runs[0]!;
  const seeds = runs.map(({ seed }) => seed);
  const id = idOf([part, model, variant], [seeds, config, rate]);
  return {
    id,
    part,
    model,
    ...(variant === undefined ? {} : { variant }),
    seeds,
    first: id,
    ...(rate === undefined ? {} : { rate }),
    config,
  };
}

function rateToChoose({ protocol: part, name: model, config }: AnySpec, batches: readonly Batch[]): RateToChoose {
  const tuning = batches.map(({ id }) => id);
  return { id: idOf([part, model], [config, tuning]), part, model, tuning, config };
}

/** A name that changes with what it depends on, and with what makes it. */
function idOf(names: (string | undefined)[], what: unknown[]): string {
  const said = JSON.stringify([...names, ...what, withoutNode(versions())]);
  return [...names, createHash("sha256").update(said).digest("hex").slice(0, 12)].filter(Boolean).join("-");
}

/**
 * The learning rate that a model's tuning runs choose.
 *
 * @param study the one that was cut
 * @param lookup of tuning runs
 * @throws UserError when tuning runs are missing, or the study has changed since it was cut
 * @internal
 */
export function chosenRate({ id, part, model, config }: RateToChoose, study: Study, lookup: Lookup): ChosenRate {
  const one = chosen(study, { parts: [part], models: [model], seeds: 1 });
  const { specs } = evaluationPlan(one, one.parts[0]!, lookup);
  const found = specs[0]?.config;
  if (!found)
    throw new UserError(`${model} of ${part} has no learning rate yet: its tuning runs have to be made first`);
  if (!isDeepStrictEqual(unrated(found), config))
    throw new UserError(`${model} of ${part} isn't what it was when its study was cut into batches: do that again`);
  return { rate: id, learningRate: found.training.learningRate as number };
}

/**
 * The runs of a batch.
 *
 * @param rate its learning rate, where that was to be chosen
 * @throws UserError when it is missing, or another's
 * @internal
 */
export function specsOf(batch: Batch, rate?: ChosenRate): AnySpec[] {
  const { id, part: protocol, model: name, variant, seeds } = batch;
  if (rate?.rate !== batch.rate) {
    const needed = batch.rate === undefined ? "no learning rate" : `the learning rate ${batch.rate}`;
    throw new UserError(`${id} needs ${needed}, and was given ${rate ? rate.rate : "none"}`);
  }
  const config = rate ? withRate(batch.config, rate.learningRate) : batch.config;
  return seeds.map(
    (seed) => ({ protocol, name, ...(variant === undefined ? {} : { variant }), seed, config }) as AnySpec,
  );
}

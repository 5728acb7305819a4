import { createHash } from "node:crypto";
import { z } from "zod";
import { checkWhole, UserError } from "../support/user-error.js";
import { evaluationPlan, type Lookup, tuningPlan } from "./plan.js";
import type { AnyRecord, AnySpec } from "./record.js";
import { type RunConfig, Seed, shortName, variantName } from "./schema.js";
import type { Records } from "./store.js";
import { chosen, type Study } from "./study.js";
import type { TaskRunConfig } from "./task-schema.js";
import { versions } from "./versions.js";

/** The kinds of runs of a study: the second are planned by what came out of the first. */
export const stages = ["tuning", "evaluation"] as const;

/** Runs of one model that are made one after the other in one process, which compiles once: they differ in their seeds alone. */
export const Batch = z.strictObject({
  /** `<part>-<model>[-<variant>]-<digest>`: of the runs and all that they depend on, so that what is done under this name needn't be done again */
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  part: shortName,
  model: shortName,
  variant: variantName.optional(),
  seeds: z.array(Seed).min(1),
  /** that of the first batch of the same part and model: a single run, which tells what the others need. Its own for the first */
  first: z.string(),
  /** by what is in it, as `checkRecord` tells records apart; checked where the runs are made, with what the study's file registers */
  config: z.custom<RunConfig | TaskRunConfig>((value) => typeof value === "object" && value !== null, "expected a run config"),
});

/** The batches of a stage of a study. */
export const Batches = z.strictObject({
  study: z.string(),
  stage: z.enum(stages),
  /** files that a process loads before it makes any of the runs */
  require: z.array(z.string()),
  /** ids by the name of the part; parts may share tuning runs */
  parts: z.record(z.string(), z.array(z.string())),
  /** by id */
  batches: z.record(z.string(), Batch),
});

export interface Batch extends z.infer<typeof Batch> {}
export interface Batches extends z.infer<typeof Batches> {}

/** How a stage of a study is cut. */
export interface BatchOptions {
  stage: (typeof stages)[number];
  /** runs a batch, at most */
  size: number;
  /** looks up tuning runs */
  lookup: Lookup;
  /** records whose runs needn't be made */
  except?: Records | undefined;
}

/**
 * Cuts the runs of a stage of a study into batches. The first batch of a model is a single run, and the others' places don't depend on how many seeds
 * there are: more of them add batches, and change the last at most.
 *
 * @throws UserError for a size below 1; when learning rates of an evaluation aren't chosen yet; as `tuningPlan` and `evaluationPlan`
 */
export function batchesOf(study: Study<AnyRecord>, { stage, size, lookup, except }: BatchOptions): Omit<Batches, "require"> {
  checkWhole("runs a batch", size);
  const batches = new Map<string, Batch>();
  const parts = study.parts.map((part): [string, string[]] => {
    const models = Object.keys(part.models).map((model) => {
      const one = chosen(study, { parts: [part.name], models: [model] });
      const specs = stage === "tuning" ? tuningPlan(one, one.parts[0]!) : evaluated(one, lookup);
      return cut(
        (specs as AnySpec[]).filter((spec) => !except?.findFitting(spec)),
        size,
      );
    });
    for (const batch of models.flat()) batches.set(batch.id, batch);
    return [part.name, models.flat().map(({ id }) => id)];
  });
  return { study: study.name, stage, parts: Object.fromEntries(parts), batches: Object.fromEntries(batches) };
}

function evaluated(study: Study<AnyRecord>, lookup: Lookup): AnySpec[] {
  const part = study.parts[0]!;
  const { specs, untuned } = evaluationPlan(study, part, lookup);
  if (untuned.length > 0)
    throw new UserError(`${untuned.join(", ")} of ${part.name} has no learning rate yet: its tuning runs aren't all made`);
  return specs as AnySpec[];
}

/** Runs of one model as batches: those that share a config, in the order of their seeds. */
function cut(specs: readonly AnySpec[], size: number): Batch[] {
  const groups = new Map<string, AnySpec[]>();
  for (const spec of specs) {
    const key = JSON.stringify([spec.variant, spec.config]);
    groups.set(key, [...(groups.get(key) ?? []), spec]);
  }
  const chunks = [...groups.values()].flatMap((runs, i) => [
    // a run alone says sooner what all others need
    ...(i === 0 ? [runs.slice(0, 1)] : []),
    ...Array.from({ length: Math.ceil(runs.length / size) }, (_, k) =>
      runs.slice(Math.max(k * size, i === 0 ? 1 : 0), (k + 1) * size),
    ),
  ]);
  const batches = chunks.filter((runs) => runs.length > 0).map(batchOf);
  return batches.map((batch) => ({ ...batch, first: batches[0]!.id }));
}

function batchOf(runs: readonly AnySpec[]): Batch {
  const { protocol: part, name: model, variant, config } = runs[0]!;
  const seeds = runs.map(({ seed }) => seed);
  const { node: _, ...made } = versions(); // Node's own version doesn't touch the numbers
  const digest = createHash("sha256")
    .update(JSON.stringify([part, model, variant, seeds, config, made]))
    .digest("hex");
  const id = [part, model, variant, digest.slice(0, 12)].filter(Boolean).join("-");
  return { id, part, model, ...(variant === undefined ? {} : { variant }), seeds, first: id, config };
}

/** The runs of a batch. */
export function specsOf({ part: protocol, model: name, variant, seeds, config }: Batch): AnySpec[] {
  return seeds.map((seed) => ({ protocol, name, ...(variant === undefined ? {} : { variant }), seed, config }) as AnySpec);
}

/** A batch of a file. @throws UserError when it hasn't one of that name */
export function batchIn({ batches, study, stage }: Batches, id: string): Batch {
  if (!Object.hasOwn(batches, id)) {
    const known = Object.keys(batches);
    throw new UserError(
      `there is no batch ${id} among the ${known.length} of the ${stage} of ${study}, e.g. ${known[0] ?? "none"}`,
    );
  }
  return batches[id]!;
}

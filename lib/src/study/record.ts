import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { inconsistency } from "./consistency.js";
import { type RunConfig, RunRecord, Seed, shortName, variantName } from "./schema.js";
import { TaskRecord, type TaskRunConfig } from "./task-schema.js";

/** A record of any kind of run: over a data set, or on a task. */
export type AnyRecord = RunRecord | TaskRecord;

/** Which run: the part of a study that it belongs to, what it does, and its seed. */
export interface Spec<C extends RunConfig | TaskRunConfig> {
  /** name of the part, and of its records' folder or file */
  protocol: string;
  /** short name of the model, e.g. "dms" */
  name: string;
  /** what tells runs of one name and seed apart, e.g. "rate0.003" */
  variant?: string | undefined;
  seed: number;
  config: C;
}

/** A run over a data set. */
export interface RunSpec extends Spec<RunConfig> {}
/** A run on a task. */
export interface TaskRunSpec extends Spec<TaskRunConfig> {}
/** Which run, of whatever kind. */
export type AnySpec = RunSpec | TaskRunSpec;

/** The record that a run gives. */
export type RecordOf<S extends AnySpec> = S extends TaskRunSpec ? TaskRecord : RunRecord;

/** Which run a record is of. */
export type SpecOf<R extends AnyRecord> = R extends TaskRecord ? TaskRunSpec : RunSpec;

/** What tells the runs of one part apart. */
export type RunKey = Omit<AnySpec, "config">;

/**
 * Whether a spec, a record, a recipe, or what is yet to be checked as one, is of a run on a task: its config names one.
 * @internal
 */
export function isOnTask<T>(run: T): run is Extract<T, { config: { task: unknown } }> {
  const config = (run as { config?: unknown } | null | undefined)?.config;
  return typeof config === "object" && config !== null && "task" in config;
}

/**
 * A run's name among those of its part, e.g. "gru-rate0.003-seed1000".
 * @throws UserError when it isn't one for a file
 */
export function runName({ name, variant, seed }: Omit<RunKey, "protocol">): string {
  check(shortName, name, "run name");
  check(variantName.optional(), variant, "run variant");
  check(Seed, seed, "seed");
  return [name, variant, `seed${seed}`].filter(Boolean).join("-");
}

/** What tells a run apart from those of all parts. */
export const runPath = (run: RunKey): string => `${partName(run.protocol)}/${runName(run)}`;

/** @throws UserError when it isn't a name for a file: nothing outside the folder of the records is read or written */
export function partName(protocol: string): string {
  return check(shortName, protocol, "run protocol");
}

/** The same value if it is a record. @throws UserError when it isn't */
export function checkRecord(value: unknown, what = "run record"): AnyRecord {
  return isOnTask(value) ? check(TaskRecord, value, what) : check(RunRecord, value, what);
}

/**
 * The record that a file holds, without its seal.
 *
 * @param value as JSON.parse gives it
 * @param where it stands
 * @param remedy what to do when it is wrong
 * @throws UserError when it is no record, contradicts itself, or its seal is broken or missing
 */
export function openRecord(value: unknown, where: string, remedy: string): AnyRecord {
  const { record: said, broken } = unsealed(value);
  let record: AnyRecord;
  try {
    record = checkRecord(said, where);
  } catch (error) {
    throw new UserError(`${(error as Error).message}: ${remedy}`);
  }
  // what contradicts itself says more than a seal
  const wrong = inconsistency(record) ?? (broken && `${broken}: it was edited or damaged`);
  if (wrong) throw new UserError(`${where}: ${wrong}: ${remedy}`);
  return record;
}

/** Whether a record is that of a run, config and all. */
export function fits(record: AnyRecord, { name, variant, seed, protocol, config }: AnySpec): boolean {
  return (
    record.name === name &&
    record.variant === variant &&
    record.seed === seed &&
    record.protocol === protocol &&
    isDeepStrictEqual(record.config, config)
  );
}

/** A record with the SHA-256 of what it says, as the last key. @internal */
export const sealed = (record: object): object => ({ ...record, sha256: sealOf(record) });

/**
 * What a sealed record says, without its seal.
 *
 * @param value as JSON.parse gives it
 * @returns `broken` where there is a seal that doesn't fit, or none
 */
export function unsealed(value: unknown): { record: unknown; broken?: string } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { record: value };
  const { sha256, ...record } = value as { sha256?: unknown };
  if (sha256 === undefined) return { record, broken: "it has no sha256" };
  return sha256 === sealOf(record) ? { record } : { record, broken: "its sha256 doesn't fit what it says" };
}

/**
 * The SHA-256 of what a record says. Numbers are written as the shortest text that is read as the same ones, and keys
 * stay in their order: reading and writing changes nothing.
 */
export const sealOf = (record: object): string => createHash("sha256").update(JSON.stringify(record)).digest("hex");

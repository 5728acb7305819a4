import type { z } from "zod";
import { UserError } from "../support/user-error.js";
import { DncKeys, dncMemory } from "./dnc.js";
import { LieAccessKeys, lieAccessMemory } from "./lie-access.js";
import type { Memory, MemoryTensors } from "./memory.js";
import { ntmMemory } from "./ntm.js";
import { triedMemory } from "./trial.js";

/** One kind of memory: what a model's config says of it, and how it is made. */
export interface MemoryKind {
  /** zod schemas of its keys; absent of the NTM's, which stand in `NtmConfig` */
  keys?: z.ZodRawShape;
  /** gets the whole config of the model */
  make(config: never): Memory;
}

const builtIn: ReadonlyMap<string, MemoryKind> = new Map<string, MemoryKind>([
  ["ntm", { make: ntmMemory as never }],
  ["dnc", { keys: DncKeys, make: dncMemory as never }],
  ["lie-access", { keys: LieAccessKeys, make: lieAccessMemory as never }],
]);
const own = new Map<string, MemoryKind>();

/** Keys that every config of a memory model has. */
export const FRAME = ["kind", "steps", "features", "hidden", "classes", "answers", "readout", "controller"];

/** A kind of memory by its name. */
export const memoryKind = (kind: string): MemoryKind | undefined => builtIn.get(kind) ?? own.get(kind);

/** All kinds that are known now. */
export const memoryKinds = (): string[] => [...builtIn.keys(), ...own.keys()];

/**
 * Makes a memory of one's own known by its kind: `buildModel`, tasks, studies, records and saved models then take a
 * model config with this `kind`, the keys that all memory models have (steps, features, hidden, classes, answers,
 * readout, controller) and the memory's own. Registered again, as when a notebook's cell is run again, it is replaced.
 * Each process that builds such models has to register it first.
 *
 * @param keys zod schemas of the memory's own keys
 * @param make the memory of a config; it is tried out on a small batch each time
 * @throws UserError when the kind is built in, or a key has the name of one that all memory models have
 *
 * @example
 * // holds what was said one step before
 * registerMemory("delay", { width: z.number().int() }, ({ width }) => ({
 *   kind: "delay",
 *   outputs: { value: width },
 *   reads: width,
 *   heads: { read: 1, write: 0 },
 *   start: (batch) => ({ value: tf.zeros<tf.Rank.R2>([batch, width]) }),
 *   step: (raw, { value }) => ({
 *     state: { value: raw },
 *     read: value,
 *     trace: { heads: { weights: tf.ones<tf.Rank.R3>([raw.shape[0], 1, 1]), parameters: {} } },
 *   }),
 *   contents: ({ value }) => tf.expandDims<tf.Rank.R3>(value, 1),
 * }));
 */
export function registerMemory<K extends z.ZodRawShape, S extends MemoryTensors>(
  kind: string,
  keys: K,
  make: (config: z.output<z.ZodObject<K>>) => Memory<S>,
): void {
  if (builtIn.has(kind))
    throw new UserError(`registerMemory: ${JSON.stringify(kind)} is built in, choose another name`);
  const taken = Object.keys(keys).find((key) => FRAME.includes(key));
  if (taken !== undefined)
    throw new UserError(`registerMemory: all memory models have a key ${taken}, choose another name for yours`);
  own.set(kind, { keys, make: (config: never) => triedMemory(kind, make(config) as unknown as Memory) });
}

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

/** A kind of memory by its name. @internal */
export const memoryKind = (kind: string): MemoryKind | undefined => builtIn.get(kind) ?? own.get(kind);

/** All kinds that are known now. @internal */
export const memoryKinds = (): string[] => [...builtIn.keys(), ...own.keys()];

/**
 * Adds a kind of memory; see `registerMemory`, which says what its configs are.
 *
 * @throws UserError when the kind is built in, or a key has the name of one that all memory models have
 * @internal
 */
export function addMemory<K extends z.ZodRawShape, S extends MemoryTensors>(
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

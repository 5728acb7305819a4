import { createHash } from "node:crypto";

/** A record with the SHA-256 of what it says, as the last key. */
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

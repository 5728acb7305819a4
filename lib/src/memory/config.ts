import { z } from "zod";
import { choosing } from "../support/validate.js";
import { type ShiftConfig, shifts } from "./shift/index.js";

export type { ShiftConfig } from "./shift/index.js";

const ofHeads = choosing<ShiftConfig | ShiftConfig[]>((value) =>
  Array.isArray(value) ? z.array(shifts.config).min(1) : shifts.config,
);

/** A size in a config. */
export const size = z
  .number()
  .int()
  .min(1)
  .max(1 << 20);

/** @internal */
export const HeadShiftsConfig = z.strictObject({ read: ofHeads, write: ofHeads });

/** @internal */
export const ShiftsConfig = choosing<ShiftConfig | HeadShiftsConfig>((value) => {
  const apart = typeof value === "object" && value !== null && ("read" in value || "write" in value);
  return apart ? HeadShiftsConfig : shifts.config;
});

/** @internal */
export const RandomMemoryConfig = z.strictObject({
  kind: z.literal("random"),
  scale: z.number().positive(),
  seed: z.number().int().min(0).max(0xffffffff),
});

/** @internal */
export const ConstantMemoryConfig = z.strictObject({ kind: z.literal("constant"), value: z.number() });

/** "uniform": 1/N everywhere; "peaked": all on slot 0; "learned": softmax of trainable logits, a row of them a head. */
const startWeights = z.enum(["uniform", "peaked", "learned"]);
const startVector = z.enum(["zero", "learned"]);

/** @internal */
export const InitialStateConfig = z.strictObject({
  memory: z.union([z.enum(["zero", "learned"]), RandomMemoryConfig, ConstantMemoryConfig]),
  readWeights: startWeights,
  writeWeights: startWeights,
  /** what the controller sees as read before the first step; absent: zero */
  readVector: startVector.optional(),
  /** the controller's state before the first step; absent: zero */
  hidden: startVector.optional(),
});

/** @internal */
export const SharpeningConfig = z.enum(["power", "softmax"]);

/** Shifts of read and write heads apart: one for all heads of a kind, or a list with one for each. */
export type HeadShiftsConfig = z.infer<typeof HeadShiftsConfig>;
/** One shift for all heads, or those of read and write heads apart. */
export type ShiftsConfig = ShiftConfig | HeadShiftsConfig;
/** A constant of normal draws, mean 0 and standard deviation `scale`, the same for every model that names this seed. */
export type RandomMemoryConfig = z.infer<typeof RandomMemoryConfig>;
/** The same small number everywhere; Collier and Beel 2018 found 1e-6 to learn fastest. */
export type ConstantMemoryConfig = z.infer<typeof ConstantMemoryConfig>;
/** Where a memory model starts. The published zero memory and uniform weights make every slot identical for ever. */
export type InitialStateConfig = z.infer<typeof InitialStateConfig>;
/** "power": w^gamma / (sum + 1e-8), as published; "softmax": softmax(gamma log w), which keeps a sum of 1. */
export type SharpeningConfig = z.infer<typeof SharpeningConfig>;

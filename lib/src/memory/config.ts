import { z } from "zod";

export { ShiftConfig } from "./shift/index.js";

/** A constant of normal draws, mean 0 and standard deviation `scale`, the same for every model that names this seed. */
export const RandomMemoryConfig = z.strictObject({
  kind: z.literal("random"),
  scale: z.number().positive(),
  seed: z.number().int().min(0).max(0xffffffff),
});

/** "uniform": 1/N everywhere; "peaked": all on slot 0; "learned": softmax of trainable logits, a row of them a head. */
const startWeights = z.enum(["uniform", "peaked", "learned"]);
const startVector = z.enum(["zero", "learned"]);

/** Where a memory model starts. The published zero memory and uniform weights make every slot identical for ever. */
export const InitialStateConfig = z.strictObject({
  memory: z.union([z.enum(["zero", "learned"]), RandomMemoryConfig]),
  readWeights: startWeights,
  writeWeights: startWeights,
  /** what the controller sees as read before the first step; absent: zero */
  readVector: startVector.optional(),
  /** the controller's state before the first step; absent: zero */
  hidden: startVector.optional(),
});

/** "power": w^gamma / (sum + 1e-8), as published; "softmax": softmax(gamma log w), which keeps a sum of 1. */
export const SharpeningConfig = z.enum(["power", "softmax"]);

export type RandomMemoryConfig = z.infer<typeof RandomMemoryConfig>;
export type InitialStateConfig = z.infer<typeof InitialStateConfig>;
export type SharpeningConfig = z.infer<typeof SharpeningConfig>;

import { z } from "zod";

/** Discrete shift over the listed offsets (Graves et al. 2014, eq. 8); the published order is +1, 0, -1. */
export const DiscreteShiftConfig = z.strictObject({
  kind: z.literal("discrete"),
  offsets: z.array(z.number().int()).min(1),
});

/** Continuous shift by delta with a Gaussian focus of width sigma = softplus + floor (DMS-NTM). */
export const GaussianShiftConfig = z
  .strictObject({
    kind: z.literal("gaussian"),
    /** smallest focus width, in slots; far below 1e-6 the squares of distances leave float32 */
    sigmaFloor: z.number().positive().min(1e-6),
    /** true: distances wrap around the ring for any delta, no head goes dead; absent or false: as published */
    periodic: z.boolean().optional(),
    /** focus width, in slots, of a head whose hidden state is 0; absent: as the head's random bias has it (near 0.8) */
    sigmaInit: z.number().positive().optional(),
    /** shift, in slots, of a head whose hidden state is 0; absent: as the head's random bias has it (near 0) */
    deltaInit: z.number().optional(),
  })
  .refine(({ sigmaInit, sigmaFloor }) => sigmaInit === undefined || sigmaInit > sigmaFloor, {
    path: ["sigmaInit"],
    message: "expected more than sigmaFloor",
  });

export const ShiftConfig = z.discriminatedUnion("kind", [DiscreteShiftConfig, GaussianShiftConfig]);

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

export type DiscreteShiftConfig = z.infer<typeof DiscreteShiftConfig>;
export type GaussianShiftConfig = z.infer<typeof GaussianShiftConfig>;
export type ShiftConfig = z.infer<typeof ShiftConfig>;
export type RandomMemoryConfig = z.infer<typeof RandomMemoryConfig>;
export type InitialStateConfig = z.infer<typeof InitialStateConfig>;
export type SharpeningConfig = z.infer<typeof SharpeningConfig>;

import type { LayersModel } from "@tensorflow/tfjs-node";
import type { Trainer } from "../capture.js";
import type { ModelConfig } from "../models/index.js";
import { modelConfigOf } from "../porting/entries.js";
import { UserError } from "../support/user-error.js";

/** Where a training broke, and which training it was. */
export interface Divergence {
  /** NaN or infinite */
  loss: number;
  /** counted from 1; a stream without end is in its first */
  epoch: number;
  /** batches trained on, the one with this loss included: the first of all with a loss like that */
  step: number;
  /** of that step */
  learningRate: number;
  /** the first one that was NaN or infinite, and its value (`Trainer.badTensor`) */
  tensor?: string | undefined;
  /** that the order of the samples, or the sequences, were drawn by; undefined when it isn't one number */
  seed?: number | undefined;
  model: LayersModel;
  /** rows of a batch */
  batch: number;
}

/** A loss that is NaN or infinite: training can't go on from there. */
export class DivergedError extends UserError {
  override name = "DivergedError";
  readonly loss: number;
  readonly epoch: number;
  readonly step: number;
  readonly tensor: string | undefined;
  readonly seed: number | undefined;
  /** of the model, as `buildModel` takes it; undefined for another model */
  readonly config: ModelConfig | undefined;

  /**
   * @param divergence what is known of it
   * @param where of the message, e.g. "in epoch 2, after 70 steps"
   */
  constructor({ loss, epoch, step, learningRate, tensor, seed, model, batch }: Divergence, where: string) {
    const first = tensor === undefined ? "" : `; the first bad tensor is ${tensor}`;
    const remedy = /^(the )?(input|targets)/.test(tensor ?? "") ? "look at the data" : "lower the learning rate";
    const config = configOf(model);
    const which = [...(seed === undefined ? [] : [`seed ${seed}`]), named(model, config), `batches of ${batch}`];
    super(
      `the loss became ${loss} ${where}, at learning rate ${learningRate}${first}: ${remedy} (${which.join("; ")})`,
    );
    this.loss = loss;
    this.epoch = epoch;
    this.step = step;
    this.tensor = tensor;
    this.seed = seed;
    this.config = config;
  }
}

/**
 * Looks at the losses of one call of compiled steps.
 *
 * @param rates learning rates of the steps
 * @param before batches trained on before the call
 * @param where of the message, for the step counted from 1
 * @throws DivergedError for the first loss that isn't finite
 */
export function checkLosses(
  trainer: Trainer,
  losses: readonly number[],
  rates: readonly number[],
  {
    before,
    where,
    ...of
  }: Pick<Divergence, "epoch" | "seed" | "batch"> & { before: number; where(step: number): string },
): void {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  if (bad < 0) return;
  const step = before + bad + 1;
  const broken = {
    ...of,
    loss: losses[bad]!,
    step,
    learningRate: rates[bad]!,
    tensor: trainer.badTensor,
    model: trainer.model,
  };
  throw new DivergedError(broken, where(step));
}

function configOf(model: LayersModel): ModelConfig | undefined {
  try {
    return modelConfigOf(model);
  } catch {
    return undefined;
  }
}

/** A model in a few words, e.g. "dms-ntm, steps 20, hidden 64, slots 20, width 8, shift gaussian". */
function named({ name }: LayersModel, config: ModelConfig | undefined): string {
  const parts = Object.entries(config ?? {}).flatMap(([key, value]) => {
    if (key === "kind") return [];
    if (typeof value !== "object" || value === null) return [`${key} ${value}`];
    if (Array.isArray(value)) return [`${key} ${value.join("-")}`];
    return "kind" in value ? [`${key} ${value.kind}`] : [];
  });
  return [`model ${name}`, ...parts].join(", ");
}

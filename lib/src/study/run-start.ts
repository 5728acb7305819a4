import type { LayersModel } from "@tensorflow/tfjs-node";
import type { z } from "zod";
import { RandomState } from "../dataset/index.js";
import { buildModel, type ModelConfig } from "../models/index.js";
import { check } from "../support/validate.js";
import { tf } from "../tensorflow/tf.js";
import { DivergedError, type Trainer } from "../training/index.js";
import type { AnySpec } from "./record.js";
import { Seed } from "./schema.js";
import { versions } from "./versions.js";

/** Epochs of a run, search and training together; on a task, points of its curve. */
export interface RunProgress {
  done: number;
  total: number;
  /** "search" while learning rates are tried */
  phase: "search" | "training";
  trainLoss: number;
  /** of the phase's last epoch; during a search known only at the end of a trial */
  testAccuracy?: number;
}

/** What is told while a run is made, and how it is stopped. */
export interface RunOptions {
  /** called after each epoch, of a search too */
  onProgress?: (progress: RunProgress) => void;
  /**
   * folder for TensorBoard: after each epoch of the training over a data set (not of a search) "loss/..." and
   * "accuracy/..." of the sets, and "learning_rate"; on a task "cost/train" (bits per sequence) and "learning_rate" by
   * sequences; see `tensorboardLog`
   */
  tensorboard?: string;
  signal?: AbortSignal;
}

/** Compiled models, once for all runs that share them. */
export class Trainers {
  private readonly made = new Map<string, Trainer>();
  private readonly last = new Map<string, Trainer>();

  /**
   * @param settings all that the trainer depends on besides the model
   * @param make the trainer of a model that is built once
   */
  async of(model: ModelConfig, settings: object, make: (built: LayersModel) => Promise<Trainer>): Promise<Trainer> {
    const config = JSON.stringify(model);
    const key = JSON.stringify([config, settings]);
    const trainer = this.made.get(key) ?? (await this.madeOf(buildModel(model, 0), make));
    this.made.set(key, trainer);
    this.last.set(config, trainer);
    return trainer;
  }

  private async madeOf(built: LayersModel, make: (built: LayersModel) => Promise<Trainer>): Promise<Trainer> {
    try {
      return await make(built);
    } catch (error) {
      built.dispose();
      throw error;
    }
  }

  /** The trainer that was asked for last with this config. */
  lastOf(model: ModelConfig): Trainer | undefined {
    return this.last.get(JSON.stringify(model));
  }

  dispose(): void {
    for (const trainer of this.made.values()) {
      trainer.dispose();
      trainer.model.dispose();
    }
    this.made.clear();
    this.last.clear();
  }
}

/** A spec's config, by the schema of its kind, and its seed. @throws UserError when one is wrong */
export function checkedSpec<C extends z.ZodType>(schema: C, { config, seed }: { config: unknown; seed: unknown }) {
  return { config: check(schema, config, "run config"), seed: check(Seed, seed, "seed") };
}

/** Trains to the end, or until a loss isn't finite. @returns where that was, if it was */
export async function untilDiverged(training: () => Promise<unknown>): Promise<DivergedError | undefined> {
  try {
    await training();
    return undefined;
  } catch (error) {
    if (error instanceof DivergedError) return error;
    throw error;
  }
}

/** What a record says of a divergence, if there was one. @param where what each kind of run says of it in its own way */
export function divergence<W extends object>(
  diverged: DivergedError | undefined,
  where: (error: DivergedError) => W,
): { diverged?: W & { tensor?: string } } {
  if (!diverged) return {};
  const { tensor } = diverged;
  return { diverged: { ...where(diverged), ...(tensor === undefined ? {} : { tensor }) } };
}

/** What every record begins with: which run it is of, by what, of which model. */
export function recordHead<C extends AnySpec["config"]>(
  { name, protocol, variant, seed, config }: Omit<AnySpec, "config"> & { config: C },
  { model }: Trainer,
) {
  return {
    format: 1 as const,
    name,
    protocol,
    ...(variant === undefined ? {} : { variant }),
    seed,
    config,
    versions: versions(),
    parameters: model.countParams(),
  };
}

/** Fresh weights of the named stream, and an optimizer that has seen nothing; the compiled graphs stay. */
export function restart(trainer: Trainer, config: ModelConfig, seed: number, stream: string): void {
  const fresh = buildModel(config, RandomState.stream(seed, `${stream}/weights`).randint(0, 2 ** 32));
  tf.tidy(() => trainer.model.setWeights(fresh.getWeights()));
  fresh.dispose();
  trainer.reset();
}

import type { LayersModel } from "@tensorflow/tfjs-node";
import { ModelConfig } from "../models/index.js";
import { checkKeys } from "../support/options.js";
import { check } from "../support/validate.js";
import { type AnyRecord, type AnySpec, isOnTask, type RecordOf } from "./record.js";
import { type RunOptions, Trainers } from "./run-start.js";
import type { RunConfig } from "./schema.js";
import { runOnSet } from "./set-run.js";
import { DataSets, type RunSets } from "./sets.js";
import { runOnTask } from "./task-run.js";

/**
 * Makes runs of any kind, one after the other; models are compiled, and data sets made, once for all runs that share
 * them. A run's record is a function of its spec alone, whatever ran before.
 */
export class Runner {
  private readonly trainers = new Trainers();
  private readonly dataSets = new DataSets();
  /** Settles when the runs that were asked for before are made. */
  private before: Promise<unknown> = Promise.resolve();

  /**
   * Runs that are asked for at once are made one after the other: those of one config share a model.
   *
   * @returns the record; of a run whose loss became NaN or infinite too
   * @throws UserError when config or seed are wrong, an option is unknown, or the folder for TensorBoard can't be written
   * @throws the signal's reason when it aborts
   */
  async run<S extends AnySpec>(spec: S, options: RunOptions = {}): Promise<RecordOf<S>> {
    checkKeys("run options", options, ["onProgress", "tensorboard", "signal"] satisfies (keyof RunOptions)[]);
    const record = this.before.then(
      (): Promise<AnyRecord> =>
        isOnTask<AnySpec>(spec)
          ? runOnTask(spec, options, this.trainers)
          : runOnSet(spec, options, this.trainers, this.dataSets),
    );
    this.before = record.catch(() => undefined);
    return (await record) as RecordOf<S>;
  }

  /** The model as the last run of this config left it; it stays the runner's own. */
  model(config: ModelConfig): LayersModel | undefined {
    // as `run` checked it: the same keys in another order are the same config
    return this.trainers.lastOf(check(ModelConfig, config, "model config"))?.model;
  }

  /**
   * The sets that a run of this config trains on, selects on and is tested on.
   * @throws UserError when nothing is left to train on
   */
  sets(config: RunConfig): RunSets {
    return this.dataSets.of(config);
  }

  /** Frees all compiled graphs and models. */
  dispose(): void {
    this.trainers.dispose();
  }
}

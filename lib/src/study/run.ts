import type { LayersModel } from "@tensorflow/tfjs-node";
import type { ModelConfig } from "../models/index.js";
import { type AnySpec, isOnTask, type RecordOf } from "./record.js";
import type { RunConfig } from "./schema.js";
import { type RunOptions, type RunSets, SetRunner } from "./set-run.js";
import { TaskRunner } from "./task-run.js";

/**
 * Makes runs of any kind, one after the other; models are compiled, and data sets made, once for all runs that share
 * them. A run's record is a function of its spec alone, whatever ran before.
 */
export class Runner {
  private readonly overSets = new SetRunner();
  private readonly onTasks = new TaskRunner();

  /**
   * @returns the record; of a run whose loss became NaN or infinite too
   * @throws UserError when config or seed are wrong, or the folder for TensorBoard can't be written
   * @throws the signal's reason when it aborts
   */
  async run<S extends AnySpec>(spec: S, options: RunOptions = {}): Promise<RecordOf<S>> {
    const record = isOnTask(spec) ? await this.onTasks.run(spec, options) : await this.overSets.run(spec, options);
    return record as RecordOf<S>;
  }

  /** The model as the last run of this config left it; it stays the runner's own. */
  model(config: ModelConfig): LayersModel | undefined {
    return this.overSets.model(config) ?? this.onTasks.model(config);
  }

  /**
   * The sets that a run of this config trains on, selects on and is tested on.
   * @throws UserError when nothing is left to train on
   */
  sets(config: RunConfig): RunSets {
    return this.overSets.sets(config);
  }

  /** Frees all compiled graphs and models. */
  dispose(): void {
    this.overSets.dispose();
    this.onTasks.dispose();
  }
}

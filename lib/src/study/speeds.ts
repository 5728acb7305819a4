import type { RunConfig } from "./schema.js";
import type { TaskRunConfig } from "./task-schema.js";

/** Epochs that a run takes, search included. */
export function epochsOf({ training }: RunConfig): number {
  const search =
    typeof training.learningRate === "number" ? 0 : training.learningRate.trials * training.learningRate.epochs;
  return search + training.epochs;
}

/** Points of the learning curve of a run on a task, at most. */
export function pointsOf({ training: { sequences, batch, reportEvery } }: TaskRunConfig): number {
  return Math.ceil(Math.ceil(sequences / batch) / Math.ceil(reportEvery / batch));
}

/** Epochs (or points of a task's curve) of one kind: how long one takes depends on the key alone. */
export interface Work {
  key: string;
  epochs: number;
}

/** What the time of an epoch depends on: the model, how much data it sees, and in which batches. */
export function workOf(config: RunConfig | TaskRunConfig): Work {
  if ("task" in config) {
    const { model, task, training } = config;
    return { key: JSON.stringify([model, task, training.batch, training.reportEvery]), epochs: pointsOf(config) };
  }
  const { model, data, stride, training } = config;
  return { key: JSON.stringify([model, data.samples, stride, training.batchSize]), epochs: epochsOf(config) };
}

/** How long an epoch of each model took so far, to say how long the rest will take. */
export class Speeds {
  private readonly seen = new Map<string, { epochs: number; seconds: number }>();

  add(key: string, seconds: number): void {
    const { epochs, seconds: before } = this.seen.get(key) ?? { epochs: 0, seconds: 0 };
    this.seen.set(key, { epochs: epochs + 1, seconds: before + seconds });
  }

  /**
   * Mean seconds of an epoch; of a model that hasn't run yet, the mean over those that have; undefined when none has.
   */
  perEpoch(key: string): number | undefined {
    const own = this.seen.get(key);
    if (own) return own.seconds / own.epochs;
    const all = [...this.seen.values()].map(({ epochs, seconds }) => seconds / epochs);
    return all.length === 0 ? undefined : all.reduce((a, b) => a + b) / all.length;
  }

  /** Seconds until so much work is done by `workers` processes at once; undefined before anything was measured. */
  secondsFor(work: readonly Work[], workers: number): number | undefined {
    let total = 0;
    for (const { key, epochs } of work) {
      const each = this.perEpoch(key);
      if (each === undefined) return undefined;
      total += each * epochs;
    }
    return total / workers;
  }
}

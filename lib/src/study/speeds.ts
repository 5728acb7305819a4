import type { RunConfig } from "./schema.js";
import type { TaskRunConfig } from "./task-schema.js";

/** Epochs of one kind, a search's included; on a task points of its curve, at most. */
export interface Work {
  /** what the time of one depends on: the model, how much data it sees, and in which batches */
  key: string;
  epochs: number;
}

/** The work that a run is. */
export function workOf(config: RunConfig | TaskRunConfig): Work {
  if ("task" in config) {
    const { model, task, training } = config;
    const { sequences, batch, reportEvery } = training;
    const epochs = Math.ceil(Math.ceil(sequences / batch) / Math.ceil(reportEvery / batch));
    return { key: JSON.stringify([model, task, batch, reportEvery]), epochs };
  }
  const { model, data, stride, training } = config;
  const { epochs, batchSize, learningRate: search } = training;
  const searched = typeof search === "number" ? 0 : search.trials * search.epochs;
  return { key: JSON.stringify([model, data.samples, stride, batchSize]), epochs: searched + epochs };
}

/** How long an epoch of each model took so far, to say how long the rest will take. */
export class Speeds {
  private readonly seen = new Map<string, { epochs: number; seconds: number }>();

  add(key: string, seconds: number): void {
    const { epochs, seconds: before } = this.seen.get(key) ?? { epochs: 0, seconds: 0 };
    this.seen.set(key, { epochs: epochs + 1, seconds: before + seconds });
  }

  /** Mean seconds; of a model that hasn't run yet, the mean over those that have; undefined when none has. */
  private perEpoch(key: string): number | undefined {
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

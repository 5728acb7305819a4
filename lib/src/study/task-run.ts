import type { LayersModel } from "@tensorflow/tfjs-node";
import { refusePromise } from "tfjs-capture/dist/src/support/promise.js";
import { buildModel, hasMemory, ModelConfig } from "../models/index.js";
import { check } from "../support/validate.js";
import { makeTask, type Task } from "../tasks/index.js";
import {
  type CostPoint,
  cosine,
  DivergedError,
  evaluateTask,
  sequencesToConverge,
  type Trainer,
  taskTrainer,
  trainTask,
} from "../training/index.js";
import { headUse } from "./head-use.js";
import { optimizerOf } from "./recipe.js";
import type { TaskRunSpec } from "./record.js";
import { recordHead, restart } from "./run-start.js";
import { Seed } from "./schema.js";
import type { RunOptions } from "./set-run.js";
import { pointsOf } from "./speeds.js";
import { type TaskRecord, TaskRunConfig, type TaskTrainingConfig } from "./task-schema.js";

/**
 * Makes runs on tasks, one after the other; a model is compiled once for all runs that share it. A run's record is a
 * function of its spec alone, whatever ran before.
 */
export class TaskRunner {
  private readonly trainers = new Map<string, Trainer>();

  /**
   * @returns the record; of a run that diverged too
   * @throws UserError when config or seed are wrong
   * @throws the signal's reason when it aborts
   */
  async run(
    spec: TaskRunSpec,
    { onProgress, signal }: Pick<RunOptions, "onProgress" | "signal"> = {},
  ): Promise<TaskRecord> {
    const config = check(TaskRunConfig, spec.config, "run config");
    const seed = check(Seed, spec.seed, "seed");
    const { training, test } = config;
    const task = makeTask(config.task);
    const trainer = await this.trainer(config, task);
    restart(trainer, config.model, seed, "training");

    const total = pointsOf(config);
    const curve: CostPoint[] = [];
    let diverged: DivergedError | undefined;
    try {
      await trainTask(trainer, task, {
        sequences: training.sequences,
        batch: training.batch,
        ...(training.oneLength ? { oneLength: true } : {}),
        learningRate: rateOf(training),
        seed,
        reportEvery: training.reportEvery,
        onReport: (point) => {
          curve.push(point);
          const progress = { done: curve.length, total, phase: "training", trainLoss: point.cost } as const;
          refusePromise(onProgress?.(progress), "onProgress");
        },
        stop: (points) => hasConverged(points, training),
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      if (!(error instanceof DivergedError)) throw error;
      diverged = error;
    }
    // the same test sequences for every model and seed
    const tests = test.lengths.map((length) => evaluateTask(trainer, task, length, test.sequences));
    return {
      ...recordHead({ ...spec, seed, config }, trainer),
      curve,
      sequencesToConverge: diverged ? null : (sequencesToConverge(curve, training.converged) ?? null),
      ...(diverged ? { diverged: divergence(diverged) } : {}),
      tests: tests.map(finite),
      heads: diverged || !hasMemory(config.model) ? [] : headUse(trainer, task),
    };
  }

  /** The model as the last run of this config left it; it stays the runner's own. */
  model(config: ModelConfig): LayersModel | undefined {
    const last = [...this.trainers].findLast(([key]) =>
      key.startsWith(`[${JSON.stringify(check(ModelConfig, config, "model config"))},`),
    );
    return last?.[1].model;
  }

  private async trainer({ model, training }: TaskRunConfig, task: Task): Promise<Trainer> {
    const { optimizer, clipNorm, clipValue } = training;
    const key = JSON.stringify([model, task.answer, optimizer, clipNorm, clipValue]);
    let trainer = this.trainers.get(key);
    if (!trainer) {
      trainer = await taskTrainer(buildModel(model, 0), task, { optimizer: optimizerOf(training) });
      this.trainers.set(key, trainer);
    }
    return trainer;
  }

  /** Frees all compiled graphs and models. */
  dispose(): void {
    for (const trainer of this.trainers.values()) {
      trainer.dispose();
      trainer.model.dispose();
    }
    this.trainers.clear();
  }
}

function rateOf({ learningRate, schedule, sequences, batch }: TaskTrainingConfig) {
  return schedule === "cosine" ? cosine({ peak: learningRate, steps: Math.ceil(sequences / batch) }) : learningRate;
}

function hasConverged(curve: readonly CostPoint[], { converged, stopAfter }: TaskTrainingConfig): boolean {
  return (
    stopAfter !== undefined &&
    curve.length >= stopAfter &&
    curve.slice(-stopAfter).every(({ cost }) => cost < converged)
  );
}

function divergence({ step, loss, tensor }: DivergedError): TaskRecord["diverged"] {
  return { step, cost: String(loss), ...(tensor === undefined ? {} : { tensor }) };
}

/** JSON has no infinity: a cost beyond float64 is written as its largest number. */
function finite<T extends { cost: number }>(test: T): T {
  return { ...test, cost: Number.isFinite(test.cost) ? test.cost : Number.MAX_VALUE };
}

import { refusePromise } from "tfjs-capture/dist/src/support/user-error.js";
import { hasMemory } from "../models/index.js";
import { makeTask } from "../tasks/index.js";
import {
  type CostPoint,
  cosine,
  evaluateTask,
  hasConverged,
  sequencesToConverge,
  taskTrainer,
  trainTask,
} from "../training/index.js";
import { headUse } from "./head-use.js";
import { optimizerOf } from "./recipe.js";
import type { TaskRunSpec } from "./record.js";
import {
  checkedSpec,
  divergence,
  type RunOptions,
  recordHead,
  restart,
  type Trainers,
  untilDiverged,
} from "./run-start.js";
import { workOf } from "./speeds.js";
import { checkTests, type TaskRecord, TaskRunConfig, type TaskTrainingConfig, tryTests } from "./task-schema.js";

/** A run on a task; see `Runner.run`. */
export async function runOnTask(
  spec: TaskRunSpec,
  { onProgress, tensorboard, signal }: RunOptions,
  trainers: Trainers,
): Promise<TaskRecord> {
  const { config, seed } = checkedSpec(TaskRunConfig, spec);
  const { training, test } = config;
  const task = makeTask(config.task);
  checkTests(task, config);
  tryTests(task, config);
  const { optimizer, clipNorm, clipRunning, clipValue } = training;
  const recipe = { answer: task.answer, optimizer, clipNorm, clipRunning, clipValue };
  const trainer = await trainers.of(config.model, recipe, (built) =>
    taskTrainer(built, task, { optimizer: optimizerOf(training) }),
  );
  restart(trainer, config.model, seed, "training");

  const total = workOf(config).epochs;
  const curve: CostPoint[] = [];
  const diverged = await untilDiverged(() =>
    trainTask(trainer, task, {
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
      ...(tensorboard === undefined ? {} : { tensorboard }),
      ...(signal ? { signal } : {}),
    }),
  );
  // the same test sequences for every model and seed
  const tests = test.lengths.map((length) => evaluateTask(trainer, task, length, test.sequences));
  return {
    ...recordHead({ ...spec, seed, config }, trainer),
    curve,
    sequencesToConverge: diverged ? null : (sequencesToConverge(curve, training.converged) ?? null),
    ...divergence(diverged, ({ step, loss }) => ({ step, cost: String(loss) })),
    tests: tests.map(finite),
    heads: diverged || !hasMemory(config.model) ? [] : headUse(trainer, task),
  };
}

function rateOf({ learningRate, schedule, sequences, batch }: TaskTrainingConfig) {
  return schedule === "cosine" ? cosine({ peak: learningRate, steps: Math.ceil(sequences / batch) }) : learningRate;
}

/** JSON has no infinity: a cost beyond float64 is written as its largest number. */
function finite<T extends { cost: number }>(test: T): T {
  return { ...test, cost: Number.isFinite(test.cost) ? test.cost : Number.MAX_VALUE };
}

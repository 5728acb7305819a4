import { modelTitle } from "../figures/index.js";
import {
  type AnyRecord,
  anyStore,
  checkStudy,
  chosen,
  countRuns,
  findRecords,
  type PartRecords,
  type RunOptions,
  type RunProgress,
  type Study,
  type StudyOptions,
  study,
} from "../study/index.js";
import { checkKeys } from "../support/options.js";
import { interruptible } from "./interrupt.js";
import { type Progress, progress } from "./progress.js";

const MISSING_KEYS = ["parts", "models", "seeds", "workers", "require", "onRecord"] as const;

/**
 * What is known of a study, or of the part of it that is asked for, as `findRecords`: what nobody has made yet is
 * trained now, with a progress display, and Jupyter's stop button (or Ctrl-C) stops it. What is finished is kept, and
 * the next call goes on from there.
 *
 * @throws as `study`, whether anything is missing or not; an AbortError when it was stopped
 */
export async function trainMissing<R extends AnyRecord>(
  value: Study<R>,
  options: Omit<StudyOptions<R>, "onProgress" | "signal" | "store" | "fresh"> = {},
): Promise<PartRecords<R>[]> {
  checkStudy(value);
  checkKeys("trainMissing options", options, MISSING_KEYS);
  const { parts, models, seeds } = options;
  // what came with the repository needn't be made, even of a study that every machine could make
  const store = anyStore();
  const { total, there } = countRuns(findRecords(chosen(value, { parts, models, seeds }), store));
  return withProgress(
    total - there.length,
    (onProgress, signal) => study(value, { ...options, store, onProgress, signal }),
    value.metric.unit,
  );
}

/**
 * Runs a study under a progress display; with nothing to do it shows nothing.
 *
 * @param unit what its runs count: "epochs" or "points"
 */
export async function withProgress<T>(
  missing: number,
  work: (onProgress: NonNullable<StudyOptions["onProgress"]>, signal: AbortSignal) => Promise<T>,
  unit: string,
): Promise<T> {
  if (missing === 0) return work(() => undefined, new AbortController().signal);
  return stoppable(
    progress("Training", { unit }),
    (bar, signal) =>
      work(({ done, untimed, total, runsDone, runs, spec, progress: numbers, secondsLeft }) => {
        const text = `${spec.protocol}, ${runsDone} of ${runs} runs, ${modelTitle(spec.name)} seed ${spec.seed}`;
        const left = secondsLeft === undefined ? {} : { secondsLeft };
        bar.update({ done, untimed, total, text, metrics: metricsOf(numbers), ...left });
      }, signal),
    `${missing} ${missing === 1 ? "run" : "runs"} made`,
    "stopped: what is finished is kept, run it again to go on",
  );
}

/**
 * One run under a progress display that Jupyter's stop button (or Ctrl-C) stops.
 *
 * @param unit what the run counts, "epochs" or "points"
 * @throws what the run throws; an AbortError when it was stopped
 */
export async function runShown<T>(
  title: string,
  unit: string,
  run: (options: Pick<RunOptions, "onProgress" | "signal">) => Promise<T>,
): Promise<T> {
  return stoppable(progress(title, { unit }), (bar, signal) =>
    run({
      signal,
      onProgress: (at) => bar.update({ done: at.done, total: at.total, metrics: metricsOf(at) }),
    }),
  );
}

const metricsOf = ({ trainLoss, testAccuracy }: Pick<RunProgress, "trainLoss" | "testAccuracy">) => ({
  loss: trainLoss,
  ...(testAccuracy === undefined ? {} : { "test accuracy": testAccuracy }),
});

/** Interruptible work that a bar shows, to its end. @param made what the bar then says; `stopped` when it was */
async function stoppable<T>(
  bar: Progress,
  work: (bar: Progress, signal: AbortSignal) => Promise<T>,
  made?: string,
  stopped = "stopped",
): Promise<T> {
  try {
    const result = await interruptible((signal) => work(bar, signal));
    bar.finish(made);
    return result;
  } catch (error) {
    bar.fail((error as Error).name === "AbortError" ? stopped : "failed");
    throw error;
  }
}

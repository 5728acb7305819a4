import { modelTitle } from "../figures/index.js";
import {
  type AnyRecord,
  anyStore,
  findRecords,
  type PartRecords,
  type Study,
  type StudyOptions,
  study,
} from "../study/index.js";
import { interruptible } from "./interrupt.js";
import { progress } from "./progress.js";

/**
 * What is known of a study, as `findRecords`: what nobody has made yet is trained now, with a progress display, and
 * Jupyter's stop button (or Ctrl-C) stops it. What is finished is kept, and the next call goes on from there.
 *
 * @throws as `study`; an AbortError when it was stopped
 */
export async function trainMissing<R extends AnyRecord>(
  value: Study<R>,
  options: Omit<StudyOptions<R>, "onProgress" | "signal" | "store"> = {},
): Promise<PartRecords<R>[]> {
  const found = findRecords(value);
  const missing = found.reduce(
    (sum, { planned, tuning, evaluation }) =>
      sum + planned.tuning + planned.evaluation - tuning.length - evaluation.length,
    0,
  );
  if (missing === 0) return found;
  // what came with the repository needn't be made, even of a study that every machine could make
  return withProgress(
    missing,
    (onProgress, signal) => study(value, { ...options, store: anyStore(), onProgress, signal }),
    value.metric.unit,
  );
}

/** Runs a study under a progress display; with nothing to do it shows nothing. @param unit what its runs count */
export async function withProgress<T>(
  missing: number,
  work: (onProgress: NonNullable<StudyOptions["onProgress"]>, signal: AbortSignal) => Promise<T>,
  unit = "epochs",
): Promise<T> {
  if (missing === 0) return work(() => undefined, new AbortController().signal);
  const bar = progress("Training", { unit });
  try {
    const result = await interruptible((signal) =>
      work(({ done, total, runsDone, runs, spec, progress: { trainLoss, testAccuracy }, secondsLeft }) => {
        const text = `${spec.protocol}, ${runsDone} of ${runs} runs, ${modelTitle(spec.name)} seed ${spec.seed}`;
        const metrics = { loss: trainLoss, ...(testAccuracy === undefined ? {} : { "test accuracy": testAccuracy }) };
        bar.update({ done, total, text, metrics, ...(secondsLeft === undefined ? {} : { secondsLeft }) });
      }, signal),
    );
    bar.finish(`${missing} ${missing === 1 ? "run" : "runs"} made`);
    return result;
  } catch (error) {
    bar.fail("stopped: what is finished is kept, run it again to go on");
    throw error;
  }
}

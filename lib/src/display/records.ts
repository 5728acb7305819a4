import { modelTitle } from "../figures/index.js";
import { type FoundRecords, findRecords, type RunSpec, recordsOf, type StudyOptions } from "../study/index.js";
import { interruptible } from "./interrupt.js";
import { progress } from "./progress.js";

/**
 * The records of a plan, as `recordsOf`: what nobody has made yet is trained now, with a progress display, and Jupyter's stop button (or
 * Ctrl-C) stops it. What is finished is kept, and the next call goes on from there.
 *
 * @throws as `recordsOf`; an AbortError when it was stopped
 */
export async function trainMissing(
  specs: readonly RunSpec[],
  options: Pick<StudyOptions, "workers" | "onRecord"> = {},
): Promise<FoundRecords> {
  return withProgress(findRecords(specs).missing.length, (onProgress, signal) =>
    recordsOf(specs, { ...options, onProgress, signal }),
  );
}

/** Runs a study under a progress display; with nothing to do it shows nothing. */
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

import type { RunOptions } from "../study/index.js";
import { interruptible } from "./interrupt.js";
import { progress } from "./progress.js";

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
  const bar = progress(title, { unit });
  try {
    const result = await interruptible((signal) =>
      run({
        signal,
        onProgress: ({ done, total, trainLoss, testAccuracy }) =>
          bar.update({
            done,
            total,
            metrics: { loss: trainLoss, ...(testAccuracy === undefined ? {} : { "test accuracy": testAccuracy }) },
          }),
      }),
    );
    bar.finish();
    return result;
  } catch (error) {
    bar.fail("stopped");
    throw error;
  }
}

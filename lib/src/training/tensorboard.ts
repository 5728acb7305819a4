import { join, resolve } from "node:path";
import { checkWritable, notWritten } from "../support/files.js";
import { checkWhole, show, UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";

/** Curves that are written as the training goes on. */
export interface ScalarLog {
  /**
   * Adds a point to every curve that is named, and makes them visible at once.
   *
   * @param step of all points, e.g. epochs trained; it must not fall
   * @param values by the curve's name; of undefined ones there is no point
   * @throws UserError when the step isn't a whole number of at least 0, or a value is no number
   */
  write(step: number, values: Record<string, number | undefined>): void;
}

/**
 * Curves for TensorBoard, as event files in a folder: `tensorboard --logdir logs` shows all folders in logs side by
 * side. `train`, `trainTask` and `Runner.run` write theirs when they are given the folder as `tensorboard`; this is for
 * curves of one's own beside them.
 *
 * @param folder is made if missing; what it holds already stays
 * @throws UserError when it can't be written
 *
 * @example
 * const log = training.tensorboardLog("logs/gru");
 * await train(trainer, set, {
 *   ...options,
 *   tensorboard: "logs/gru",
 *   onEpoch: ({ epoch }) => log.write(epoch, { "loss/test": evaluate(trainer, test).loss }),
 * });
 */
export function tensorboardLog(folder: string): ScalarLog {
  if (typeof folder !== "string" || folder === "")
    throw new UserError(`TensorBoard's folder is ${show(folder)}, expected a path`);
  const path = resolve(folder);
  const elsewhere = "give another folder for TensorBoard";
  // TensorFlow's own error is a number, and comes with the first points
  checkWritable(join(path, "events"), elsewhere);
  // one writer a folder, kept by tfjs-node
  const writer = tf.node.summaryFileWriter(path);
  return {
    write(step, values) {
      checkWhole("step of a TensorBoard point", step, 0);
      for (const [name, value] of Object.entries(values)) {
        if (value !== undefined && typeof value !== "number")
          throw new UserError(`TensorBoard's value of ${show(name)} is ${show(value)}, expected a number`);
      }
      try {
        tf.tidy(() => {
          for (const [name, value] of Object.entries(values)) if (value !== undefined) writer.scalar(name, value, step);
        });
        writer.flush();
      } catch (cause) {
        checkWritable(join(path, "events"), elsewhere);
        throw notWritten(path, cause, elsewhere);
      }
    },
  };
}

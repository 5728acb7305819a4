import { chmodSync, existsSync, lstatSync, mkdirSync } from "node:fs";
import { notWritten } from "./support/not-written.js";
import { UserError } from "./support/user-error.js";

/**
 * Keeps what XLA compiles in a folder, so that the next process loads it instead: the first step then takes a fraction of the time, and gives
 * the same bits. To be called before tfjs-node loads, which reads this once. XLA executes what lies in the folder, so it has to be one's own:
 * it is made with mode 0700 if missing, and refused if others may write to it.
 *
 * It also quiets TensorFlow's log: at each load XLA would print that tuning flags of its own are no features of the machine. Errors are thrown all the same.
 *
 * @param folder its path has no spaces, and the folder above it is there
 * @throws UserError when the folder isn't one's own, or can't be made
 */
export function keepCompiled(folder: string): void {
  if (/\s/.test(folder))
    throw new UserError(`${folder} has a space in its path, XLA can't keep compiled code there: take another folder`);
  const elsewhere = "take another folder for compiled code";
  let stats: ReturnType<typeof lstatSync>;
  try {
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    stats = lstatSync(folder);
  } catch (cause) {
    throw notWritten(folder, cause, elsewhere);
  }
  if (!stats.isDirectory() || stats.uid !== process.getuid?.())
    throw new UserError(`${folder} is no folder of your own, what lies there would be executed: ${elsewhere}`);
  if ((stats.mode & 0o022) !== 0)
    throw new UserError(`others may write to ${folder}, what lies there would be executed: chmod 700 it, or ${elsewhere}`);
  chmodSync(folder, 0o700);
  process.env.TF_XLA_FLAGS = `${process.env.TF_XLA_FLAGS ?? ""} --tf_xla_persistent_cache_directory=${folder}`.trim();
  process.env.TF_CPP_MIN_LOG_LEVEL = "3";
}

/**
 * Loads tfjs-node for the first time: the environment that TensorFlow reads is set before, and a runtime that is
 * missing or of the wrong kind gives one line.
 */

import { dirname, join } from "node:path";
import { keepCompiled } from "tfjs-capture/dist/src/keep-compiled.js";
import { NotWrittenError } from "tfjs-capture/dist/src/support/files.js";
import { makeFolder } from "../support/files.js";
import { project } from "../support/folders.js";
import { UserError } from "../support/user-error.js";
import { cutLibrary } from "./runtime-files.js";

// oneDNN's kernels are twice as slow for the small matrices here, and each notice on stderr would land in a notebook
// cell
process.env.TF_ENABLE_ONEDNN_OPTS ??= "0";

// one thread a process is fastest for models of this size, and sums then have one order whatever the machine
process.env.TF_NUM_INTRAOP_THREADS ??= "1";
process.env.TF_NUM_INTEROP_THREADS ??= "1";

// installed into a project of its own, the library is in that project's node_modules; in the checkout it is a link to
// lib/
const installed = /^(.*)[\\/]node_modules[\\/]dms-ntm[\\/]/.exec(__dirname);
const remedy = installed ? `\`make project INTO="${installed[1]}"\` in the checkout of dms-ntm` : "`make repair`";

// what XLA compiles is kept for the next process; it would be executed, so the folder is the user's own
if (process.env.DMS_NTM_KEEP_COMPILED !== "0") {
  const folder = installed ? join(installed[1]!, "node_modules", ".cache") : join(project().root, "build");
  try {
    makeFolder(folder);
    keepCompiled(join(folder, installed ? "dms-ntm" : "compiled"));
  } catch (error) {
    // where nothing can be written, nothing is kept: no harm
    if (error instanceof UserError && !(error instanceof NotWrittenError))
      console.warn(`compiled code isn't kept: ${error.message} (DMS_NTM_KEEP_COMPILED=0: never)`);
    // said once, not by each process that this one starts
    process.env.DMS_NTM_KEEP_COMPILED = "0";
  }
}
process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";

const [major] = process.versions.node.split(".").map(Number);
if (major !== 22) {
  throw new UserError(
    `dms-ntm needs Node.js 22 (tfjs-node 4.22 fails on others), this is ${process.version}: ` +
      "use `make lab`, or .venv/node-bin/node",
  );
}
try {
  const cut = cutLibrary(dirname(dirname(require.resolve("@tensorflow/tfjs-node"))));
  if (cut) throw new UserError(`${cut} is cut off: run ${remedy}`);
  require("@tensorflow/tfjs-node");
} catch (cause) {
  if (cause instanceof UserError) throw cause;
  throw new UserError(`tfjs-node can't be loaded, its TensorFlow runtime is missing or damaged: run ${remedy}`, {
    cause,
  });
}

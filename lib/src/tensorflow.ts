/**
 * The one place that loads tfjs-node: the environment it reads is set first, and a runtime that is missing or too old gives one line.
 */

// oneDNN's kernels are twice as slow for the small matrices here, and each notice on stderr would land in a notebook cell.
process.env.TF_ENABLE_ONEDNN_OPTS ??= "0";
process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";

import type * as TF from "@tensorflow/tfjs-node";

const [major] = process.versions.node.split(".").map(Number);
if (major !== 22) {
  throw new Error(
    `dms-ntm needs Node.js 22 (tfjs-node 4.22 fails on others), this is ${process.version}: use \`make lab\`, or .venv/node-bin/node`,
  );
}

function load(): typeof TF {
  try {
    return require("@tensorflow/tfjs-node") as typeof TF;
  } catch (cause) {
    throw new Error("tfjs-node can't be loaded, its TensorFlow runtime is missing or damaged: run `make setup`", { cause });
  }
}

export const tf: typeof TF = load();

/** Version of the TensorFlow C library under tfjs-node, e.g. "2.21.0". */
export function tensorflowVersion(): string {
  return (tf.backend() as unknown as { binding: { TF_Version: string } }).binding.TF_Version;
}

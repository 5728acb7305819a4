/** The one import of tfjs-node: `tf` from here is the same as there, with the environment set before it loads. */
import "./environment.js";
import * as tf from "@tensorflow/tfjs-node";

export { tf };

/** Version of the TensorFlow C library under tfjs-node, e.g. "2.21.0". */
export function tensorflowVersion(): string {
  return (tf.backend() as unknown as { binding: { TF_Version: string } }).binding.TF_Version;
}

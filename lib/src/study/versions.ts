import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tensorflowVersion, tf } from "../tensorflow/tf.js";

/** Versions of what a run's numbers depend on. */
export function versions() {
  const manifest = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8")) as { version: string };
  return {
    "dms-ntm": manifest.version,
    node: process.versions.node,
    tfjs: tf.version["tfjs-core"]!,
    tensorflow: tensorflowVersion(),
  };
}

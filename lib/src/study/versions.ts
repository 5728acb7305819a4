import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tensorflowVersion, tf } from "../tensorflow/tf.js";

const manifest = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8")) as { version: string };

/** Versions of what a run's numbers depend on. */
export function versions() {
  return {
    "dms-ntm": manifest.version,
    node: process.versions.node,
    tfjs: tf.version["tfjs-core"]!,
    tensorflow: tensorflowVersion(),
  };
}

/** Without Node's own version, which doesn't touch the numbers; this library's is raised whenever they change. */
export function withoutNode<V extends { node: string }>({ node: _, ...others }: V): Omit<V, "node"> {
  return others;
}

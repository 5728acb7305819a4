/**
 * All of tfjs-capture, for this library's files: it loads tfjs-node, so the environment has to be set before. Nothing
 * else here imports more of that package than its support.
 */
import "./tensorflow/environment.js";

export * from "tfjs-capture";

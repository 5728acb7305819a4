export { tensorflowVersion, tf } from "./tensorflow.js";

export { makeTask, registerTask, TaskConfig, type TaskOptions, taskNames } from "./registry.js";
export { bits, Sheet, vectors } from "./sheet.js";
export {
  checkTask,
  type Sample,
  type Task,
  type TaskBatch,
  type TaskBatchOptions,
  taskBatch,
  testLengths,
} from "./task.js";

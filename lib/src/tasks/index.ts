export { type TaskBatch, type TaskBatchOptions, taskBatch } from "./batch.js";
export { makeTask, registerTask, TaskConfig, type TaskOptions, taskNames } from "./registry.js";
export { bits, Sheet, vectors } from "./sheet.js";
export { checkTask, type Sample, type Task, testLengths } from "./task.js";

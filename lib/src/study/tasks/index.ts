export { compareOnTasks, type Pair, type TaskComparison } from "./comparison.js";
export { type FocusVariant, focusGroups, focusVariants } from "./focus.js";
export { chooseTaskRate, type TaskGroup, taskPlan, taskSeeds, taskTuningPlan, tuningSeeds } from "./group.js";
export { ntmPaperGroups } from "./ntm-paper.js";
export { rangeGroup, rangeGroups, rangeMemory, rangeModels } from "./range.js";
export { type TaskReproductionCheck, taskReproductionChecks } from "./reproduction.js";
export { HeadUse, LengthPoint, TaskRecord, TaskRunConfig, TaskTrainingConfig } from "./schema.js";
export { type LengthSummary, summarizeTasks, type TaskSummary } from "./summary.js";
export { taskComparisonTable, taskSummaryTable } from "./tables.js";
export { TaskRunner, type TaskRunSpec } from "./task-run.js";
export {
  findTaskGroup,
  type TaskChoice,
  type TaskGroupRecords,
  taskGroups,
  taskStudies,
  taskStudy,
} from "./task-study.js";

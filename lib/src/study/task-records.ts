import { taskStore } from "./find.js";
import type { TaskRecord } from "./tasks/schema.js";
import { findTaskGroup, taskGroups } from "./tasks/task-study.js";

/**
 * The evaluation records of a study on tasks, without training anything: those of this machine where it has them, else those of the repository.
 *
 * @param study "range", "focus" or "ntm-paper"
 * @param store default: as said
 * @throws UserError for an unknown study, or when a record is damaged
 */
export function taskRecords(study: string, store: Pick<ReturnType<typeof taskStore>, "find"> = taskStore()): TaskRecord[] {
  return taskGroups({ studies: [study] }).flatMap((group) => findTaskGroup(group, store).evaluation);
}

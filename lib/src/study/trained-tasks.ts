import { checkNames, UserError } from "../support/user-error.js";
import { taskStore } from "./find.js";
import { taskPlan } from "./tasks/group.js";
import type { TaskRunSpec } from "./tasks/task-run.js";
import { taskGroups } from "./tasks/task-study.js";

/** Models trained on tasks whose weights are kept, to look at what their heads do: the study's protocol and the model's name in it. */
const KEPT: Readonly<Record<string, { protocol: string; model: string }>> = {
  "copy-ntm-paper": { protocol: "ntm-paper-copy", model: "ntm" },
  "jump-recall-dms-periodic": { protocol: "range-jump-recall", model: "dms-periodic" },
  "jump-recall-mixture": { protocol: "range-jump-recall", model: "mixture" },
};

/** Names of the kept models. */
export const trainedTaskNames: readonly string[] = Object.keys(KEPT);

/**
 * How a kept model was trained: as in the first of its evaluation runs that converged.
 *
 * @param store looks up records; default: this machine's, else the repository's
 * @throws UserError for an unknown name, or when no run has converged
 */
export function trainedTaskSpec(name: string, store: Pick<ReturnType<typeof taskStore>, "find"> = taskStore()): TaskRunSpec {
  checkNames("model", [name], trainedTaskNames);
  const kept = KEPT[name]!;
  const group = taskGroups().find(({ protocol }) => protocol === kept.protocol)!;
  const models = { [kept.model]: group.models[kept.model]! };
  const specs = taskPlan({ ...group, models }, (spec) => store.find(spec));
  const found = specs.find((spec) => (store.find(spec)?.sequencesToConverge ?? null) !== null);
  if (!found) throw new UserError(`no run of ${kept.model} in ${kept.protocol} has converged yet: run \`dms-ntm tasks\` first`);
  return found;
}

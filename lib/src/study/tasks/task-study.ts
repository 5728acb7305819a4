import { checkNames } from "../../support/user-error.js";
import { Speeds, workOf } from "../speeds.js";
import type { RecordStore } from "../store.js";
import { type StudyOptions, study } from "../study.js";
import { focusGroups } from "./focus.js";
import { type TaskGroup, taskPlan, taskSeeds, taskTuningPlan } from "./group.js";
import { ntmPaperGroups } from "./ntm-paper.js";
import { rangeGroups } from "./range.js";
import type { TaskRecord } from "./schema.js";

/** The studies on tasks, by the name that their protocols begin with. */
export const taskStudies: Readonly<Record<string, readonly TaskGroup[]>> = {
  "ntm-paper": ntmPaperGroups,
  range: rangeGroups,
  focus: focusGroups,
};

/** Which part of the studies. */
export interface TaskChoice {
  /** default: all of them */
  studies?: readonly string[];
  /** what their protocols end with, e.g. "copy"; default: all tasks */
  tasks?: readonly string[];
  /** default: all that a group has */
  models?: readonly string[];
}

/** The groups that were chosen, with the models that were. @throws UserError for an unknown study, task or model */
export function taskGroups({ studies = Object.keys(taskStudies), tasks, models }: TaskChoice = {}): TaskGroup[] {
  checkNames("study", studies, Object.keys(taskStudies));
  const all = studies.flatMap((study) =>
    taskStudies[study]!.map((group) => ({ group, task: group.protocol.slice(study.length + 1) })),
  );
  if (tasks) checkNames("task", tasks, [...new Set(all.map(({ task }) => task))]);
  const groups = all.filter(({ task }) => tasks?.includes(task) ?? true).map(({ group }) => group);
  if (!models) return groups;
  checkNames("model", models, [...new Set(groups.flatMap((group) => Object.keys(group.models)))]);
  return groups.map((group) => ({
    ...group,
    models: Object.fromEntries(Object.entries(group.models).filter(([name]) => models.includes(name))),
  }));
}

/** What a store holds of a group. */
export interface TaskGroupRecords {
  group: TaskGroup;
  tuning: TaskRecord[];
  evaluation: TaskRecord[];
  /** how many of each the plan has */
  planned: { tuning: number; evaluation: number };
}

/** Without training anything. @throws UserError when a record is damaged */
export function findTaskGroup(
  group: TaskGroup,
  store: Pick<RecordStore<TaskRecord>, "find">,
  seeds = group.seeds ?? taskSeeds,
): TaskGroupRecords {
  const found = (specs: ReturnType<typeof taskPlan>) =>
    specs.map((spec) => store.find(spec)).filter((record) => record !== undefined);
  const tuning = taskTuningPlan(group);
  return {
    group,
    tuning: found(tuning),
    evaluation: found(taskPlan(group, (spec) => store.find(spec), seeds)),
    planned: { tuning: tuning.length, evaluation: seeds * Object.keys(group.models).length },
  };
}

/**
 * Makes what the store lacks, group by group: first the tuning runs, then the evaluation at the learning rates that these chose; a study that was
 * stopped goes on where it stopped.
 *
 * @param seeds evaluation runs a model; default: as each group says
 * @throws as `study`
 */
export async function taskStudy(
  groups: readonly TaskGroup[],
  store: RecordStore<TaskRecord>,
  seeds: number | undefined = undefined,
  options: Omit<StudyOptions<TaskRecord>, "ahead" | "speeds"> = {},
): Promise<TaskGroupRecords[]> {
  const speeds = new Speeds();
  /** work of a group's evaluation, and of all groups after it; the learning rate isn't known yet, but it doesn't change the time */
  const evaluationWork = (group: TaskGroup) =>
    Object.keys(group.models).map((name) => {
      const { key, epochs } = workOf(
        taskPlan({ ...group, models: { [name]: group.models[name]! }, rates: [group.rates[0]!] }, () => undefined, 1)[0]!
          .config,
      );
      return { key, epochs: (seeds ?? group.seeds ?? taskSeeds) * epochs };
    });
  const tuningWork = (group: TaskGroup) => taskTuningPlan(group).map(({ config }) => workOf(config));
  for (const [i, group] of groups.entries()) {
    // tuning runs of another group are made by the first that asks for them
    const later = groups.slice(i + 1).flatMap((next) => [...(next.tunedOn ? [] : tuningWork(next)), ...evaluationWork(next)]);
    await study(taskTuningPlan(group), store, { ...options, speeds, ahead: [...evaluationWork(group), ...later] });
    await study(
      taskPlan(group, (spec) => store.find(spec), seeds),
      store,
      { ...options, speeds, ahead: later },
    );
  }
  return groups.map((group) => findTaskGroup(group, store, seeds));
}

import type { z } from "zod";
import { Kinds } from "../support/kinds.js";
import { RandomState } from "../support/random-state.js";
import { UserError } from "../support/user-error.js";
import { check, functionThat } from "../support/validate.js";
import { associativeRecall } from "./associative-recall.js";
import { copy } from "./copy.js";
import { jumpRecall } from "./jump-recall.js";
import { stretchedMnist1d } from "./mnist1d.js";
import { ngrams } from "./ngrams.js";
import { prioritySort } from "./priority-sort.js";
import { repeatCopy } from "./repeat-copy.js";
import { stridedReverse } from "./strided-reverse.js";
import { checkSample, checkTask, type Task } from "./task.js";

/** The tasks of this library; a new one is one file and one entry here. */
const BUILT_IN = [
  copy,
  repeatCopy,
  associativeRecall,
  ngrams,
  prioritySort,
  jumpRecall,
  stridedReverse,
  stretchedMnist1d,
] as const;

type BuiltIn = (typeof BUILT_IN)[number]["config"];

/**
 * A task's config, complete. Those of other tasks are made by what `registerTask` returns.
 * `TaskConfig.parse(value)` checks one.
 */
export type TaskConfig = z.output<BuiltIn>;
/** The same as a caller writes it: keys left out take the published values. */
export type TaskOptions = z.input<BuiltIn>;

const nameOf = ({ config }: (typeof BUILT_IN)[number]): TaskConfig["task"] => config.shape.task.value;

/** The names of this library's tasks, as configs have them. */
export const taskNames: readonly TaskConfig["task"][] = BUILT_IN.map(nameOf);

const tasks = new Kinds<Task, TaskConfig>(
  "task",
  "task",
  Object.fromEntries(BUILT_IN.map((kind) => [nameOf(kind), kind])),
);

/** Config of a task of any kind that is known when a config is checked. @internal */
export const TaskConfig = tasks.config;

/**
 * The task that a config describes.
 *
 * @throws UserError one line that names the key, its value and what is allowed
 */
export function makeTask(options: TaskOptions): Task {
  return tasks.make(options as TaskConfig);
}

/**
 * Makes a task of one's own known by its name, so that configs can name it. Registered again, as when a notebook's cell
 * is run again, it is replaced. Each process that makes such tasks has to register it first. (Where no config is
 * needed, any object of the form of `Task` will do.)
 *
 * @param keys zod schemas of the config's keys, `task` aside
 * @param make the task of a config; two of its samples are tried out each time
 * @returns makes a checked config from its keys
 * @throws UserError when the name is that of a task of this library
 */
export function registerTask<K extends z.ZodRawShape>(
  name: string,
  keys: K,
  make: (config: z.output<z.ZodObject<K>>) => Task,
): (keys: z.input<z.ZodObject<K>>) => TaskOptions {
  check(functionThat("makes a task of a config"), make, "registerTask: make");
  return tasks.add(name, keys, (config) => tried(make(config)));
}

/**
 * Draws a sample of a task twice, so that a mistake in it is told where it was made, not by a model far away.
 *
 * @returns the task
 * @throws UserError when sizes don't fit together, nothing is asked, a target isn't 0 or 1, an answer that is a class is
 *   none or several, or the same seed gives two samples
 */
function tried(task: Task): Task {
  const wrong = (what: string): never => {
    throw new UserError(`task ${JSON.stringify(task.name)}: ${what}`);
  };
  checkTask(task);
  for (const length of task.lengths) {
    const sample = task.sample(RandomState.stream(0, "trial"), length);
    checkSample(task, sample);
    const { steps, mask } = sample;
    if (steps > task.steps(length))
      wrong(`a sample of length ${length} has ${steps} steps, more than the ${task.steps(length)} it says`);
    if (!mask.includes(1)) wrong(`a sample of length ${length} asks for no answer: set its mask to 1 where one is due`);
    const again = task.sample(RandomState.stream(0, "trial"), length);
    const differs = (key: "x" | "targets" | "mask") => sample[key].some((value, i) => value !== again[key][i]);
    if (again.steps !== steps || differs("x") || differs("targets") || differs("mask"))
      wrong("the same seed gives two samples: draw from `random` alone");
  }
  return task;
}

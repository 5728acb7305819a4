import { z } from "zod";
import { UserError } from "../support/user-error.js";
import { check, choosing, refusing } from "../support/validate.js";
import { associativeRecall } from "./associative-recall.js";
import { copy } from "./copy.js";
import { jumpRecall } from "./jump-recall.js";
import { stretchedMnist1d } from "./mnist1d.js";
import { ngrams } from "./ngrams.js";
import { prioritySort } from "./priority-sort.js";
import { repeatCopy } from "./repeat-copy.js";
import { stridedReverse } from "./strided-reverse.js";
import type { Task, TaskKind } from "./task.js";
import { tried } from "./trial.js";

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

/** A task's config, complete. Those of other tasks are made by what `registerTask` returns. */
export type TaskConfig = z.output<BuiltIn>;
/** The same as a caller writes it: keys left out take the published values. */
export type TaskOptions = z.input<BuiltIn>;

const nameOf = ({ config }: (typeof BUILT_IN)[number]): TaskConfig["task"] => config.shape.task.value;

/** The names of this library's tasks, as configs have them. */
export const taskNames: readonly TaskConfig["task"][] = BUILT_IN.map(nameOf);

const kinds = new Map<string, TaskKind>(BUILT_IN.map((kind) => [nameOf(kind), kind as unknown as TaskKind]));

/** Config of a task of any kind that is known when a config is checked. */
export const TaskConfig: z.ZodType<TaskConfig> = choosing((value) => {
  if (typeof value !== "object" || value === null) return z.looseObject({}) as never;
  const known = kinds.get((value as { task: string }).task);
  if (known) return known.config as never;
  const names = [...kinds.keys()].map((name) => JSON.stringify(name)).join(", ");
  return refusing(["task"], `expected one of ${names}, or a task made known by registerTask`);
});

/**
 * The task that a config describes.
 *
 * @throws UserError one line that names the key, its value and what is allowed
 */
export function makeTask(options: TaskOptions): Task {
  const config = check(TaskConfig, options, "task config");
  return kinds.get(config.task)!.make(config);
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
  if ((taskNames as readonly string[]).includes(name))
    throw new UserError(`registerTask: ${JSON.stringify(name)} is built in, choose another name`);
  const config = z.strictObject({ ...keys, task: z.literal(name) });
  kinds.set(name, { config, make: (checked) => tried(make(checked as never)) });
  // the list of tasks that TypeScript knows is closed
  return (own) => check(config, { ...own, task: name }, `config of task ${name}`) as never;
}

import { z } from "zod";
import { check } from "../check.js";
import { associativeRecall } from "./associative-recall.js";
import { copy } from "./copy.js";
import { jumpRecall } from "./jump-recall.js";
import { stretchedMnist1d } from "./mnist1d.js";
import { ngrams } from "./ngrams.js";
import { prioritySort } from "./priority-sort.js";
import { repeatCopy } from "./repeat-copy.js";
import { stridedReverse } from "./strided-reverse.js";
import type { Task, TaskKind } from "./task.js";

/** Every task that a config can name; a new one is one file and one entry here. */
const KINDS = [
  copy,
  repeatCopy,
  associativeRecall,
  ngrams,
  prioritySort,
  jumpRecall,
  stridedReverse,
  stretchedMnist1d,
] as const;

type Configs<K extends readonly TaskKind[]> = { -readonly [I in keyof K]: K[I]["config"] };

export const TaskConfig = z.discriminatedUnion("task", KINDS.map(({ config }) => config) as unknown as Configs<typeof KINDS>);

/** A task's config, complete. */
export type TaskConfig = z.output<typeof TaskConfig>;
/** The same as a caller writes it: keys left out take the published values. */
export type TaskOptions = z.input<typeof TaskConfig>;

/** The names of all tasks, as configs have them. */
export const taskNames: readonly TaskConfig["task"][] = KINDS.map(({ config }) => config.shape.task.value);

/**
 * The task that a config describes.
 *
 * @throws UserError one line that names the key, its value and what is allowed
 */
export function makeTask(options: TaskOptions): Task {
  const config = check(TaskConfig, options, "task config");
  const kind = KINDS[taskNames.indexOf(config.task)] as TaskKind;
  return kind.make(config);
}

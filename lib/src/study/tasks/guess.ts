import { makeTask } from "../../tasks/index.js";
import type { TaskRecord } from "./schema.js";

/** Bits per sequence that guessing costs at one of a record's test lengths: one for every bit that is due; of classes the logarithm of their number. */
export function guessBits({ config, tests }: TaskRecord, length: number): number {
  const { answers, sequences } = tests.find((point) => point.length === length)!;
  const task = makeTask(config.task);
  return (answers / sequences) * (task.answer === "classes" ? Math.log2(task.outputs) : 1);
}

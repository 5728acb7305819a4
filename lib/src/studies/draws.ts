import { accuracy } from "../study/accuracy.js";
import type { RunRecord, SearchConfig } from "../study/schema.js";
import type { Study } from "../study/study.js";
import { description, published } from "./published.js";

// nothing was published of so many runs
const { published: _, ...part } = published.parts[0]!;

/**
 * The published procedure as its code has it: each model draws its own learning rates. In `published` all models of a
 * seed try the same, so that their runs can be compared seed by seed; ten seeds that share their draws say little of
 * the tail, the runs that end far below the others.
 */
export const draws: Study<RunRecord> = {
  name: "draws",
  question: "How far can one run of the published procedure be off?",
  parts: [
    {
      ...part,
      name: "published-draws",
      title: "as published, own draws",
      learningRate: { ...(part.learningRate as SearchConfig), draws: "own" },
      seeds: 50,
    },
  ],
  metric: accuracy,
  families: [description], // all pairs of a part are description: nothing is asked of them
  balanced: true,
};

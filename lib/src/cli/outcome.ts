import { modelTitle } from "../figures/index.js";
import type { RunRecord, TaskRecord } from "../study/index.js";

/** What a command says of a run that diverged; undefined of one that didn't. */
export function divergedLine({ name, seed, diverged }: Pick<RunRecord, "name" | "seed" | "diverged">): string | undefined {
  if (!diverged) return undefined;
  const { epoch, step, loss, tensor } = diverged;
  return `${modelTitle(name)} seed ${seed} diverged in epoch ${epoch}, step ${step}: loss ${loss}${firstBad(tensor)}`;
}

/** How a run on a task came out, as a command says it. */
export function taskOutcome({ sequencesToConverge: at, curve, diverged }: TaskRecord): string {
  if (diverged) return `diverged in step ${diverged.step}: cost ${diverged.cost}${firstBad(diverged.tensor)}`;
  return at === null ? `not converged (${curve.at(-1)?.cost.toPrecision(2)} bits)` : `converged after ${at} sequences`;
}

function firstBad(tensor: string | undefined): string {
  return tensor === undefined ? "" : `; the first bad tensor was ${tensor}`;
}

import { percentText } from "../stats/index.js";
import type { AnyRecord, RunRecord, TaskRecord } from "../study/index.js";

/** How a run came out, as a command says it. */
export function outcomeOf(record: AnyRecord): string {
  return "tests" in record ? onTask(record) : overSet(record);
}

function overSet({ diverged, result: { testAccuracy, correct, of } }: RunRecord): string {
  const accuracy = `test accuracy ${percentText(testAccuracy)} %, ${correct} of ${of}`;
  if (!diverged) return accuracy;
  const { epoch, step, loss, tensor } = diverged;
  return `diverged in epoch ${epoch}, step ${step}: loss ${loss}${firstBad(tensor)}; ${accuracy}`;
}

function onTask({ sequencesToConverge: at, curve, diverged }: TaskRecord): string {
  if (diverged) return `diverged in step ${diverged.step}: cost ${diverged.cost}${firstBad(diverged.tensor)}`;
  return at === null ? `not converged (${curve.at(-1)?.cost.toPrecision(2)} bits)` : `converged after ${at} sequences`;
}

function firstBad(tensor: string | undefined): string {
  return tensor === undefined ? "" : `; the first bad tensor was ${tensor}`;
}

import { hasMemory } from "../models/index.js";
import { hasConverged, sequencesToConverge } from "../training/index.js";
import { bestValidation, type RunRecord } from "./schema.js";
import type { TaskRecord } from "./task-schema.js";

/** What in a record contradicts the rest of it, as in one that was edited by hand; undefined where nothing does. */
export function inconsistency(record: RunRecord | TaskRecord): string | undefined {
  return "tests" in record ? onTask(record) : overSet(record);
}

function overSet({ curve, diverged, result, config, learningRate, trials }: RunRecord): string | undefined {
  const { testAccuracy, correct, of } = result;
  if (testAccuracy !== correct / of) return `result.testAccuracy is ${testAccuracy}, but ${correct} of ${of} are right`;
  const odd = curve.findIndex(({ epoch }, i) => epoch !== i + 1);
  if (odd >= 0) return `curve[${odd}].epoch is ${curve[odd]!.epoch}, expected ${odd + 1}`;
  const { epochs, learningRate: rate } = config.training;
  if (!diverged && curve.length !== epochs) return `curve has ${curve.length} epochs, its config says ${epochs}`;
  const end = curve.at(-1);
  if (!diverged && end && end.testAccuracy !== testAccuracy)
    return `result.testAccuracy is ${testAccuracy}, but the curve ends with ${end.testAccuracy}`;
  const rates = typeof rate === "number" ? [rate] : trials.map((trial) => trial.learningRate);
  if (!rates.includes(learningRate)) return `learningRate is ${learningRate}, expected ${rates.join(" or ")}`;
  const [best, found] = [bestValidation(curve), result.bestValidation];
  if (JSON.stringify(best) !== JSON.stringify(found))
    return `result.bestValidation is ${JSON.stringify(found)}, but the curve's is ${JSON.stringify(best)}`;
  return undefined;
}

/** Counts are whole but for the rounding of the division that made a share of them. */
const ROUNDING = 1e-6;

function onTask({ curve, diverged, config, sequencesToConverge: said, tests, heads }: TaskRecord): string | undefined {
  const { sequences, batch, reportEvery, converged } = config.training;
  const batches = (count: number) => Math.ceil(count / batch) * batch;
  const total = batches(sequences);
  for (const [i, point] of curve.entries()) {
    const expected = Math.min((i + 1) * batches(reportEvery), total);
    if (point.sequences !== expected) return `curve[${i}].sequences is ${point.sequences}, expected ${expected}`;
  }
  if (diverged) {
    // steps count from 1; a point that the diverged one is in isn't made
    const points = Math.floor(((diverged.step - 1) * batch) / batches(reportEvery));
    if (curve.length !== points)
      return `curve has ${curve.length} points, expected ${points}: step ${diverged.step} diverged`;
  } else {
    const stop = curve.findIndex((_, i) => hasConverged(curve.slice(0, i + 1), config.training));
    const end = curve[stop]?.sequences ?? total;
    const seen = curve.at(-1)?.sequences ?? 0;
    if (seen !== end)
      return `curve ends after ${seen} sequences, expected ${end}${stop < 0 ? " by its config" : ": it had converged"}`;
  }
  const found = diverged ? null : (sequencesToConverge(curve, converged) ?? null);
  if (said !== found) return `sequencesToConverge is ${said}, but the curve says ${found}`;
  const [lengths, asked] = [tests.map(({ length }) => length).join(", "), config.test.lengths.join(", ")];
  if (lengths !== asked) return `tests are of the lengths ${lengths}, its config says ${asked}`;
  for (const [i, { sequences: of, wrong, perfect, answers }] of tests.entries()) {
    if (of !== config.test.sequences) return `tests[${i}].sequences is ${of}, its config says ${config.test.sequences}`;
    const counts = { wrong: wrong * answers, perfect: perfect * of };
    for (const [key, count] of Object.entries(counts))
      if (Math.abs(count - Math.round(count)) > ROUNDING) return `tests[${i}].${key} is no share of whole answers`;
    if ((wrong === 0) !== (perfect === 1))
      return `tests[${i}] has ${perfect} perfect sequences, but ${wrong} wrong answers`;
  }
  const expected = !diverged && hasMemory(config.model);
  if (heads.length > 0 && !expected)
    return `heads has ${heads.length} rows, expected none ${diverged ? "of a run that diverged" : "without a memory"}`;
  if (heads.length === 0 && expected) return "heads has no rows, expected some of a model with a memory";
  return undefined;
}

import { RunRecord } from "./schema.js";
import { bestValidation } from "./selection.js";

/**
 * What in a record of a run on MNIST-1D contradicts the rest of it, as in one that was edited by hand; undefined where nothing does. Records of
 * other kinds pass.
 */
export function inconsistency(record: unknown): string | undefined {
  if (!RunRecord.safeParse(record).success) return undefined;
  const { curve, diverged, result, config, learningRate, trials } = record as RunRecord;
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

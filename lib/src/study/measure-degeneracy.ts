import { UserError } from "../support/user-error.js";
import { type DegeneracyRecord, measureDegeneracy } from "./degeneracy.js";
import { Runner } from "./run.js";
import type { RunRecord } from "./schema.js";
import { versions } from "./versions.js";

/**
 * Trains the memory models of these records again, each with its record's seed and chosen learning rate, which gives
 * the same weights without the search, and measures them on the test set.
 *
 * @param records of one protocol; those of models without a memory are passed over
 * @param onRun called before each run
 * @throws UserError when none has a memory; the signal's reason when it aborts
 * @internal
 */
export async function degeneracyOf(
  records: readonly RunRecord[],
  onRun: (done: number, total: number, record: RunRecord) => void = () => undefined,
  signal?: AbortSignal,
): Promise<DegeneracyRecord> {
  const chosen = records.filter(({ config }) => config.model.kind === "ntm");
  if (!chosen[0]) throw new UserError("none of the records is of a model with a memory");
  const runner = new Runner();
  const runs: DegeneracyRecord["runs"] = [];
  for (const record of chosen) {
    onRun(runs.length, chosen.length, record);
    const { name, seed, protocol, learningRate } = record;
    const config = { ...record.config, training: { ...record.config.training, learningRate } };
    const { result } = await runner.run({ protocol, name, seed, config }, signal ? { signal } : {});
    const measured = measureDegeneracy(runner.model(config.model)!, runner.sets(config).test);
    runs.push({ name, seed, learningRate, testAccuracy: result.testAccuracy, ...measured });
  }
  runner.dispose();
  return { format: 1, protocol: chosen[0].protocol, samples: chosen[0].result.of, versions: versions(), runs };
}

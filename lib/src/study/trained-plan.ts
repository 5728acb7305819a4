import { join } from "node:path";
import { project } from "../support/folders.js";
import { check } from "../support/validate.js";
import { ownStore, referenceStore } from "./find.js";
import type { RunSpec } from "./run.js";
import { type RunRecord, shortName } from "./schema.js";
import { evaluationPlan, runConfig, soundGroups, soundTraining, withModels } from "./sound.js";

/** Models whose weights are kept, to look at their addressing: as published, and those whose slots differ from the start. */
export const trainedNames = ["ntm", "dms", "ntm-learned", "dms-learned", "dms-periodic"] as const;

/** Where the sound protocol has no tuning runs of a model: what its grid has in the middle. */
const UNTUNED_RATE = 5.5e-3;

/**
 * How kept models are trained: as in the first evaluation run of the sound protocol, 20 steps, with the learning rate that the tuning runs
 * chose.
 *
 * @param find looks up tuning runs; default: this machine's, else the repository's
 * @returns one run a name, in their order
 * @throws UserError without a name, or for one that the sound protocol hasn't
 */
export function trainedPlan(names: readonly string[] = trainedNames, find = findAnywhere): RunSpec[] {
  const group = withModels(soundGroups.slice(0, 1), names)[0]!;
  const { specs, untuned } = evaluationPlan(group, 1, find);
  const others = untuned.map((name) => {
    const config = runConfig(group, name, { ...soundTraining, learningRate: UNTUNED_RATE });
    return { protocol: group.protocol, name, seed: 0, config };
  });
  const all = [...specs, ...others];
  return names.map((name) => all.find((spec) => spec.name === name)!);
}

/**
 * Folders that may hold a kept model: this machine's own, then the repository's.
 *
 * @throws UserError for a name that no model can have
 */
export function trainedFolders(name: string): { own: string; reference: string } {
  const { data, reference } = project();
  check(shortName, name, "model name");
  return { own: join(data, "runs", "weights", name), reference: join(reference, "weights", name) };
}

function findAnywhere(spec: RunSpec): RunRecord | undefined {
  return ownStore().find(spec) ?? referenceStore().find(spec);
}

import { join } from "node:path";
import { anyStore } from "../study/find.js";
import { configOf, evaluationPlan, type Lookup, tuningOf } from "../study/plan.js";
import type { AnySpec } from "../study/record.js";
import { shortName } from "../study/schema.js";
import { chosen, type Study } from "../study/study.js";
import { project } from "../support/folders.js";
import { checkNames, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { studyNamed } from "./index.js";
import { sound } from "./sound.js";

/**
 * Models whose weights are kept, to look at what their heads do: the part of a study that trained them, and their name
 * in it.
 */
const KEPT: Readonly<Record<string, { part: string; model: string }>> = {
  // as published, and those whose slots differ from the start
  ...Object.fromEntries(
    ["ntm", "dms", "ntm-learned", "dms-learned", "dms-periodic"].map((model) => [model, { part: "sound-20", model }]),
  ),
  "copy-ntm-paper": { part: "ntm-paper-copy", model: "ntm" },
  "jump-recall-dms-periodic": { part: "range-jump-recall", model: "dms-periodic" },
  "jump-recall-mixture": { part: "range-jump-recall", model: "mixture" },
  // by the recipe that learns
  "long-copy-ntm": { part: "long-copy", model: "ntm" },
  "long-copy-dms-periodic": { part: "long-copy", model: "dms-periodic" },
  "long-recall-ntm": { part: "long-associative-recall", model: "ntm" },
  "long-jump-dms-periodic": { part: "long-jump-recall", model: "dms-periodic" },
  "rates-jump-ntm": { part: "rates-jump-recall", model: "ntm" },
  "size-repeat-lie-access": { part: "paper-size-repeat-copy-slow", model: "lie-access-bounded" },
  "rates-jump-lie-access": { part: "rates-jump-recall", model: "lie-access-bounded" },
};

/** Names of the kept models. */
export const keptNames: readonly string[] = Object.keys(KEPT);

/** Any model of the sound study's 20 steps can be kept as well. */
const others = Object.keys(sound.parts[0]!.models).filter((name) => !keptNames.includes(name));

/**
 * How a kept model is trained: as in the first of its study's runs that learned the task; where nobody has made any, at
 * the middle one of its learning rates.
 *
 * @param store looks up records; default: this machine's, else the repository's
 * @throws UserError for an unknown name, or when there are runs of which none has learned the task
 */
export function keptSpec(name: string, store: Lookup = anyStore()): AnySpec {
  checkNames("model", [name], [...keptNames, ...others]);
  const { part: partName, model } = KEPT[name] ?? { part: "sound-20", model: name };
  const study: Study = chosen(studyNamed(partName), { models: [model] });
  const part = study.parts[0]!;
  const { specs } = evaluationPlan(study, part, store);
  if (specs.length === 0) {
    const { rates } = tuningOf(part)!;
    const config = configOf(part, model, rates[rates.length >> 1]!);
    return { protocol: part.name, name: model, seed: 0, config } as AnySpec;
  }
  const records = specs.map((spec) => store.find(spec));
  if (records.every((record) => record === undefined)) return specs[0]!;
  const found = specs.find((_, i) => records[i] && study.metric.learned([records[i]]));
  if (!found)
    throw new UserError(
      `no run of ${model} in ${partName} has learned its task yet: run \`dms-ntm study ${partName}\``,
    );
  return found;
}

/**
 * Folders that may hold a kept model: this machine's own, then the repository's.
 * @throws UserError for a name that no model can have
 */
export function keptFolders(name: string): { own: string; reference: string } {
  const { data, reference } = project();
  check(shortName, name, "model name");
  return { own: join(data, "runs", "weights", name), reference: join(reference, "weights", name) };
}

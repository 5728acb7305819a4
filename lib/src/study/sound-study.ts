import { availableParallelism } from "node:os";
import type { RunSpec } from "./run.js";
import type { RunRecord } from "./schema.js";
import { evaluationPlan, runConfig, type SoundGroup, soundTraining, tuningPlan } from "./sound.js";
import { Speeds, type Work, workOf } from "./speeds.js";
import type { RecordStore } from "./store.js";
import { type StudyOptions, study } from "./study.js";

/** The specs of a phase, known when those before it are done, and until then how much work they are. */
interface Phase {
  specs: () => RunSpec[];
  work: Work[];
}

/** What a store holds of a group. */
export interface SoundRecords {
  group: SoundGroup;
  tuning: RunRecord[];
  evaluation: RunRecord[];
  /** how many of each the plan has */
  planned: { tuning: number; evaluation: number };
}

/** Without training anything. @throws UserError when a record is damaged or belongs to another config */
export function findSound(group: SoundGroup, seeds: number, store: Pick<RecordStore<RunRecord>, "find">): SoundRecords {
  const tuning = tuningPlan(group);
  const found = (specs: RunSpec[]) => specs.map((spec) => store.find(spec)).filter((record) => record !== undefined);
  return {
    group,
    tuning: found(tuning),
    evaluation: found(evaluationPlan(group, seeds, (spec) => store.find(spec)).specs),
    planned: { tuning: tuning.length, evaluation: seeds * Object.keys(group.models).length },
  };
}

/**
 * Makes what the store lacks of the groups, one group after the other: first the tuning runs, then the evaluation with the learning rates
 * that these chose. Both go seed by seed over all models, so that a study stopped half-way is balanced.
 *
 * @param options as in `study`; progress is that of a phase, its estimate that of all groups
 * @throws as `study`
 */
export async function soundStudy(
  groups: readonly SoundGroup[],
  seeds: number,
  store: RecordStore<RunRecord>,
  options: Omit<StudyOptions, "order" | "ahead" | "speeds"> = {},
): Promise<SoundRecords[]> {
  const speeds = new Speeds();
  const workers = options.workers ?? availableParallelism();
  const phases = groups.flatMap((group) => phasesOf(group, seeds, store));
  for (const [i, { specs }] of phases.entries()) {
    const ahead = phases.slice(i + 1).flatMap(({ work }) => work);
    await study(specs(), store, { ...options, workers, order: "as-planned", ahead, speeds });
  }
  return groups.map((group) => findSound(group, seeds, store));
}

function phasesOf(group: SoundGroup, seeds: number, store: RecordStore<RunRecord>): Phase[] {
  const tuning = tuningPlan(group);
  const known = evaluationPlan(group, seeds, (spec) => store.find(spec));
  const unmade = (specs: RunSpec[]) => specs.filter((spec) => !store.find(spec)).map((spec) => workOf(spec.config));
  // the learning rate isn't known yet, but it doesn't change the time
  const unplanned = known.untuned.flatMap((name) => {
    const { key, epochs } = workOf(runConfig(group, name, { ...soundTraining, learningRate: 1e-3 }));
    return [{ key, epochs: seeds * epochs }];
  });
  return [
    { specs: () => tuning, work: unmade(tuning) },
    {
      specs: () => evaluationPlan(group, seeds, (spec) => store.find(spec)).specs,
      work: [...unmade(known.specs), ...unplanned],
    },
  ];
}

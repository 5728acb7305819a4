import {
  accuracyPlan,
  accuracyProtocol,
  currentProfile,
  findSound,
  ownStore,
  plan,
  protocolNames,
  type RecordStore,
  type RunRecord,
  type RunSpec,
  type SoundGroup,
  soundGroups,
  soundSeeds,
  soundStore,
  withModels,
} from "../study/index.js";
import { checkSeeds, seedsAsked } from "../study/protocols.js";
import { checkNames, UserError } from "../support/user-error.js";

/** Options of the commands that work on the runs of a protocol. */
export interface PlanOptions {
  protocol?: string;
  seeds?: number;
  models?: string[];
  /** sound protocol: leave the repository's records aside; default: whether DMS_NTM_FRESH is set */
  fresh?: boolean;
}

/** Every name that --protocol takes: "sound" is all its groups. */
export const protocolChoices = [...protocolNames, accuracyProtocol, "sound", ...soundGroups.map((group) => group.protocol)];

/** What a command works on: runs that are known beforehand, or groups of the sound protocol, whose evaluation depends on the tuning. */
export type Planned =
  | { kind: "fixed"; protocol: string; specs: RunSpec[] }
  | { kind: "sound"; protocol: string; groups: SoundGroup[]; seeds: number };

/** @throws UserError for an unknown protocol or model */
export function planned(options: PlanOptions): Planned {
  const protocol = options.protocol ?? currentProfile();
  const known = protocolNames.find((name) => name === protocol);
  if (known) return { kind: "fixed", protocol, specs: chosen(plan(known, options.seeds), options.models) };
  if (protocol === accuracyProtocol) {
    const specs = accuracyPlan(options.seeds ?? seedsAsked());
    return { kind: "fixed", protocol, specs: chosen(specs, options.models) };
  }
  const groups = soundGroups.filter((group) => protocol === "sound" || protocol === group.protocol);
  if (groups.length === 0) {
    throw new UserError(`protocol is ${JSON.stringify(protocol)}, expected one of ${protocolChoices.join(", ")}`);
  }
  const seeds = checkSeeds(options.seeds ?? seedsAsked() ?? soundSeeds);
  return { kind: "sound", protocol, groups: options.models ? withModels(groups, options.models) : groups, seeds };
}

function chosen(specs: RunSpec[], models: string[] | undefined): RunSpec[] {
  if (!models) return specs;
  checkNames("model", models, [...new Set(specs.map((spec) => spec.name))]);
  return specs.filter((spec) => models.includes(spec.name));
}

/** What a store holds of a plan. */
export interface PlanState {
  /** runs that the plan has, tuning included */
  total: number;
  /** runs to be reported, by protocol */
  results: { protocol: string; records: RunRecord[] }[];
  tuning: RunRecord[];
  /** how many records are there, tuning included */
  there: number;
}

/**
 * Where a plan's records are kept: this machine's store. Those of the sound protocol and of the accuracy attempts go on where the repository's
 * records stop, while the others are really made on every machine.
 */
export function storeOf({ kind, protocol }: Planned, { fresh }: PlanOptions): RecordStore<RunRecord> {
  return kind === "sound" || protocol === accuracyProtocol ? soundStore(fresh) : ownStore();
}

/** @throws UserError when a record is damaged or belongs to another config */
export function stateOf(plan: Planned, store: RecordStore<RunRecord>): PlanState {
  if (plan.kind === "fixed") {
    const records = plan.specs.map((spec) => store.find(spec)).filter((record) => record !== undefined);
    return { total: plan.specs.length, results: [{ protocol: plan.protocol, records }], tuning: [], there: records.length };
  }
  const found = plan.groups.map((group) => findSound(group, plan.seeds, store));
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  return {
    total: sum(found.map(({ planned }) => planned.tuning + planned.evaluation)),
    results: found.map(({ group, evaluation }) => ({ protocol: group.protocol, records: evaluation })),
    tuning: found.flatMap(({ tuning }) => tuning),
    there: sum(found.map(({ tuning, evaluation }) => tuning.length + evaluation.length)),
  };
}

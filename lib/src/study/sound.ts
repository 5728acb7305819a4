import { Mnist1dConfig } from "../dataset/index.js";
import { ModelConfig, publishedModels, soundModels } from "../models/index.js";
import { checkNames } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { checkSeeds, experimentData } from "./protocols.js";
import type { RunSpec } from "./run.js";
import type { RunRecord, TrainingConfig } from "./schema.js";
import { chooseRate } from "./selection.js";

/** The budget of every run of the sound protocol, tuning included. */
export const soundTraining: Omit<TrainingConfig, "learningRate" | "tuned"> = {
  epochs: 60,
  batchSize: 64,
  optimizer: "adam",
  schedule: { kind: "cosine", warmupEpochs: 0 },
};

/** The same for every model: the learning rates that are tried, and the seeds of these runs, far from those of the evaluation. */
export const soundTuning = { rates: [1e-3, 2.3e-3, 5.5e-3, 1.3e-2, 3e-2], seeds: [1000, 1001] };

/** Evaluation runs a model, seeds 0, 1, 2, ... */
export const soundSeeds = 20;

/** Models of which every group has its own number of steps. */
const presets: Record<string, ModelConfig> = Object.fromEntries(
  Object.entries(soundModels).map(([name, model]) => [name, model(20)]),
);
const { bigru, cnn, ...compared } = presets;

/** The models that are compared, by the short names of their records: as published, and those that can show what was to be tested. */
const models: Readonly<Record<string, ModelConfig>> = { ...publishedModels, ...compared };

/** What others are measured by: models without a memory, and those of MNIST-1D's authors. */
const references: Readonly<Record<string, ModelConfig>> = {
  ...pick(publishedModels, ["mlp", "gru"]),
  bigru: bigru!,
  cnn: cnn!,
};

/** Runs that are compared with each other: one data set, one number of steps. */
export interface SoundGroup {
  /** protocol of the evaluation runs; that of the tuning runs ends with "-tune" */
  protocol: string;
  data: Mnist1dConfig;
  /** sequence models read every `stride`-th of the 40 features */
  stride: number;
  /** training samples held out for selection */
  validation: number;
  /** by name; their number of steps is made to fit `stride` */
  models: Readonly<Record<string, ModelConfig>>;
}

/** The split that others report: 4,000 training and 1,000 test samples. */
export const canonicalData = Mnist1dConfig.parse({ samples: 5000, seed: 42 });

/**
 * - sound-20: the question as published, 20 steps of the 4,000 samples: only the procedure differs.
 * - sound-40: the same samples at all 40 steps, so that no model is given less than the MLP, and dependencies are twice as long.
 * - canonical-40: the reference models on the split that others report, to see that training here gets what is known of them.
 */
export const soundGroups: readonly SoundGroup[] = [
  { protocol: "sound-20", data: experimentData, stride: 2, validation: 400, models },
  { protocol: "sound-40", data: experimentData, stride: 1, validation: 400, models },
  { protocol: "canonical-40", data: canonicalData, stride: 1, validation: 500, models: references },
];

/** The groups that have some of the named models, with these alone. @throws UserError without a name, or for one that no group has */
export function withModels(groups: readonly SoundGroup[], names: readonly string[]): SoundGroup[] {
  const known = [...new Set(groups.flatMap((group) => Object.keys(group.models)))];
  checkNames("model", names, known);
  const shared = (group: SoundGroup) => names.filter((name) => Object.hasOwn(group.models, name));
  return groups
    .filter((group) => shared(group).length > 0)
    .map((group) => ({ ...group, models: pick(group.models, shared(group)) }));
}

/**
 * Every model with every rate and tuning seed, seed by seed and rate by rate, so that a part of them is balanced.
 *
 * @returns one run for each model, rate and seed
 */
export function tuningPlan(group: SoundGroup): RunSpec[] {
  return soundTuning.seeds.flatMap((seed) =>
    soundTuning.rates.flatMap((rate) =>
      Object.keys(group.models).map((name) => ({
        protocol: tuningProtocol(group),
        name,
        variant: `rate${rate}`,
        seed,
        config: runConfig(group, name, { ...soundTraining, learningRate: rate }),
      })),
    ),
  );
}

/** What of the evaluation can be planned, seed by seed, and the models whose tuning runs aren't all there. */
export interface EvaluationPlan {
  specs: RunSpec[];
  untuned: string[];
}

/**
 * The evaluation runs, each with the learning rate that its model's tuning runs chose.
 *
 * @param find looks up tuning runs, e.g. in a store
 * @throws UserError when `seeds` is no number from 1 to 1,000, or a tuning run has no validation accuracy
 */
export function evaluationPlan(
  group: SoundGroup,
  seeds: number,
  find: (spec: RunSpec) => RunRecord | undefined,
): EvaluationPlan {
  const tuning = tuningPlan(group);
  const configs = Object.keys(group.models).map((name) => {
    const records = tuning.filter((spec) => spec.name === name).map(find);
    if (records.some((record) => record === undefined)) return { name, config: undefined };
    const learningRate = chooseRate(records as RunRecord[]).rate;
    const tuned = { protocol: tuningProtocol(group), ...soundTuning };
    return { name, config: runConfig(group, name, { ...soundTraining, learningRate, tuned }) };
  });
  const specs = Array.from({ length: checkSeeds(seeds) }, (_, seed) =>
    configs.flatMap(({ name, config }) => (config ? [{ protocol: group.protocol, name, seed, config }] : [])),
  ).flat();
  return { specs, untuned: configs.filter(({ config }) => !config).map(({ name }) => name) };
}

/** Protocol of a group's tuning runs. */
export function tuningProtocol(group: SoundGroup): string {
  return `${group.protocol}-tune`;
}

/** How a model of a group is trained. */
export function runConfig(group: SoundGroup, name: string, training: TrainingConfig): RunSpec["config"] {
  const { data, stride, validation } = group;
  const model = check(ModelConfig, group.models[name], `model config of ${name}`);
  const steps = Math.ceil(data.finalLength / stride);
  return { data, stride, validation, model: "steps" in model ? { ...model, steps } : model, training };
}

function pick<T>(all: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, all[name]!]));
}

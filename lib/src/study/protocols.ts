import { Mnist1dConfig } from "../dataset/index.js";
import { publishedModels } from "../models/index.js";
import { checkNames, checkWhole, show, UserError } from "../support/user-error.js";
import type { RunSpec } from "./run.js";
import type { RunConfig, TrainingConfig } from "./schema.js";

/** What was published, of 800 test samples in one run each, without a seed. */
export const publishedAccuracy: Readonly<Record<string, number>> = { mlp: 0.6075, gru: 0.8125, ntm: 0.8337, dms: 0.8087 };

/** MNIST-1D as the experiment used it: 3,200 training and 800 test samples. */
export const experimentData: Mnist1dConfig = Mnist1dConfig.parse({ samples: 4000, seed: 42 });

const published: TrainingConfig = {
  epochs: 30,
  batchSize: 64,
  optimizer: "adam",
  learningRate: { trials: 5, range: [1e-4, 1e-2], epochs: 8, batchSize: 128, samples: 2000, scoredOn: "test" },
};

/** Everything runs, nothing is learned: to see within a minute that all parts fit together. */
const smoke: TrainingConfig = {
  epochs: 2,
  batchSize: 64,
  optimizer: "adam",
  learningRate: { trials: 2, range: [1e-4, 1e-2], epochs: 1, batchSize: 128, samples: 500, scoredOn: "test" },
};

const PROTOCOLS = { published: { training: published, seeds: 10 }, smoke: { training: smoke, seeds: 1 } } as const;

/** Name of a protocol whose runs are all known beforehand. */
export type ProtocolName = keyof typeof PROTOCOLS;

/** Protocols whose runs are all known beforehand; those of the sound protocol (sound.ts) depend on its tuning runs. */
export const protocolNames = Object.keys(PROTOCOLS) as ProtocolName[];

/** The config of one of the four models under a protocol. */
export function protocolConfig(protocol: ProtocolName, model: keyof typeof publishedModels): RunConfig {
  return { data: experimentData, stride: 2, model: publishedModels[model], training: PROTOCOLS[protocol].training };
}

/** Seeds a model at most: those from 1,000 on are the tuning's. */
export const MOST_SEEDS = 1000;

/** DMS_NTM_SEEDS, which SEEDS of `make` sets; undefined if it isn't set. @throws UserError when it is no number of seeds */
export function seedsAsked(): number | undefined {
  const text = process.env.DMS_NTM_SEEDS;
  if (!text) return undefined;
  const seeds = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (seeds >= 1 && seeds <= MOST_SEEDS) return seeds;
  throw new UserError(`DMS_NTM_SEEDS is ${show(text)}, expected a whole number from 1 to ${MOST_SEEDS}`);
}

/** @throws UserError when it is no number of seeds a model */
export function checkSeeds(seeds: number): number {
  return checkWhole("seeds", seeds, 1, MOST_SEEDS);
}

/**
 * All runs of a protocol: each of the four models with seeds 0, 1, 2, ... Every run repeats the whole published procedure, its
 * learning-rate search too, so that the spread between seeds is that of the procedure.
 *
 * @param seeds how many seeds a model; default: DMS_NTM_SEEDS, or as many as the protocol's committed records have
 * @returns model after model, 4 * seeds runs
 * @throws UserError for an unknown protocol, or when `seeds` is no number from 1 to 1,000
 */
export function plan(protocol: ProtocolName, seeds?: number): RunSpec[] {
  checkNames("protocol", [protocol], protocolNames);
  const count = checkSeeds(seeds ?? seedsAsked() ?? PROTOCOLS[protocol].seeds);
  const models = Object.keys(publishedModels) as (keyof typeof publishedModels)[];
  return models.flatMap((name) =>
    Array.from({ length: count }, (_, seed) => ({ protocol, name, seed, config: protocolConfig(protocol, name) })),
  );
}

/**
 * What PROFILE of `make` chose: DMS_NTM_PROFILE, "published" if it isn't set.
 *
 * @throws UserError when DMS_NTM_PROFILE names no profile
 */
export function currentProfile(): ProtocolName | "accuracy" | "sound" {
  const name = process.env.DMS_NTM_PROFILE || "published";
  const known = [...protocolNames, "accuracy", "sound"] as const;
  const found = known.find((profile) => profile === name);
  if (!found) throw new UserError(`profile is ${JSON.stringify(name)}, expected one of ${known.join(", ")}`);
  return found;
}

/**
 * The protocol of the four published models under the current profile, for notebooks and commands.
 *
 * @throws UserError when DMS_NTM_PROFILE names no profile
 */
export function currentProtocol(): ProtocolName {
  const profile = currentProfile();
  // these are made beside the published one, and notebooks show them there
  return profile === "sound" || profile === "accuracy" ? "published" : profile;
}

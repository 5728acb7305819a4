import { isDeepStrictEqual } from "node:util";
import { hasMemory, type ModelConfig, type NtmConfig } from "../models/index.js";
import { type AccuracyComparison, compareModels, turned } from "./compare.js";
import { modelNames } from "./metric.js";
import type { RunRecord } from "./schema.js";

/**
 * The differences that the question is about, as far as there are records of both models, each model minus what it is
 * measured by.
 */
export interface Claims {
  /** memories with a continuous shift against the one that differs in the shift alone */
  shift: AccuracyComparison[];
  /** those of them whose slots start, and so stay, all the same: their shifts can't matter */
  blind: AccuracyComparison[];
  /** every memory against every plain recurrent network, network by network */
  memory: AccuracyComparison[];
}

/**
 * What the records of a protocol say to each claim that was made.
 *
 * @param records of one protocol
 * @param comparisons all pairs of the records' models, by `compareModels`: corrected for all of them
 * @internal
 */
export function claims(
  records: readonly RunRecord[],
  comparisons: readonly AccuracyComparison[] = compareModels(records),
): Claims {
  const models = modelNames(records).map((name) => ({
    name,
    config: records.find((record) => record.name === name)!.config.model,
  }));
  const ntms = models.flatMap(({ name, config }) => (config.kind === "ntm" ? [{ name, config }] : []));
  const shifts = ntms
    .filter(({ config }) => !isDiscrete(config))
    .flatMap(({ name, config }) => {
      const other = ntms.find((each) => isDiscrete(each.config) && sameButShift(each.config, config));
      const found = other ? between(comparisons, name, other.name) : [];
      return found.map((comparison) => ({ comparison, blind: startsTheSame(config) }));
    });
  const memories = models.filter(({ config }) => hasMemory(config));
  const plain = models.filter(({ config }) => isPlainRecurrent(config));
  return {
    shift: shifts.filter(({ blind }) => !blind).map(({ comparison }) => comparison),
    blind: shifts.filter(({ blind }) => blind).map(({ comparison }) => comparison),
    memory: plain.flatMap((against) => memories.flatMap((model) => between(comparisons, model.name, against.name))),
  };
}

/** The comparison of two models, turned so that `model` comes first; none when they share no seed. */
function between(comparisons: readonly AccuracyComparison[], model: string, against: string): AccuracyComparison[] {
  const found = comparisons.find((pair) => pair.model === model && pair.against === against);
  if (found) return [found];
  const other = comparisons.find((pair) => pair.model === against && pair.against === model);
  return other ? [turned(other)] : [];
}

function isPlainRecurrent({ kind }: ModelConfig): boolean {
  return kind === "gru" || kind === "lstm";
}

function isDiscrete({ shift }: NtmConfig): boolean {
  return "kind" in shift && shift.kind === "discrete";
}

function sameButShift(a: NtmConfig, b: NtmConfig): boolean {
  return isDeepStrictEqual({ ...a, shift: null }, { ...b, shift: null });
}

/** Whether memory and weightings are the same in every slot before the first step: each step then leaves them so. */
function startsTheSame({ initial: { memory, readWeights, writeWeights } }: NtmConfig): boolean {
  return memory === "zero" && readWeights === "uniform" && writeWeights === "uniform";
}

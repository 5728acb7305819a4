import { publishedModels, studies } from "../../src/studies/index.js";
import { bestValidation, configOf, type RunRecord, type SetPart } from "../../src/study/index.js";
import { protocolConfig } from "./configs.js";

/** What a made-up record may say otherwise than the rest. */
type Part = Partial<Omit<RunRecord, "result">> & { correct?: number };

const versions = { "dms-ntm": "0", node: "0", tfjs: "0", tensorflow: "0" };

/** A made-up record of the published protocol: `correct` of 800 test samples, a curve of ten epochs. */
export function madeUp(name: string, seed: number, { correct = 640, ...part }: Part = {}): RunRecord {
  const curve = Array.from({ length: 10 }, (_, i) => ({
    epoch: i + 1,
    trainLoss: 2 * 0.8 ** i,
    testLoss: 1,
    testAccuracy: correct / 800,
  }));
  return {
    format: 1,
    name,
    protocol: "published",
    seed,
    config: protocolConfig("published", name in publishedModels ? name : "gru"),
    versions,
    parameters: 13_514,
    learningRate: 0.003,
    trials: [],
    curve,
    ...part,
    result: { testAccuracy: correct / 800, correct, of: 800 },
  };
}

/**
 * A made-up record of a sound group, flat at its end. `accuracy` and `loss` are those of the validation set after the
 * last epoch.
 */
export function madeUpSound(
  name: string,
  seed: number,
  {
    group = studies.sound.parts[0]!,
    rate = 0.003,
    accuracy = 0.8,
    loss = 0.6,
    ...part
  }: Part & {
    group?: SetPart;
    rate?: number;
    accuracy?: number;
    loss?: number;
  } = {},
): RunRecord {
  const record = madeUp(name, seed, part);
  const model = name in group.models ? name : "gru";
  return {
    ...record,
    protocol: group.name,
    config: configOf(group, model, rate),
    learningRate: rate,
    curve: record.curve.map((point) => ({
      ...point,
      trainLoss: 0.3,
      validationLoss: loss,
      validationAccuracy: accuracy,
    })),
    ...part,
    result: {
      ...record.result,
      bestValidation: { epoch: 3, validationAccuracy: accuracy, testAccuracy: record.result.testAccuracy },
    },
  };
}

/** The same record with a curve as long as its config says, so that a store takes it for one that was really made. */
export function whole(record: RunRecord): RunRecord {
  const { training } = record.config;
  const last = record.curve.at(-1)!;
  const curve = Array.from({ length: training.epochs }, (_, i) => ({ ...last, epoch: i + 1 }));
  const best = bestValidation(curve);
  const { testAccuracy, correct, of } = record.result;
  const { learningRate: rate } = training;
  const trial = { learningRate: record.learningRate, trainLoss: 1, accuracy: 0.5 };
  return {
    ...record,
    ...(typeof rate === "number" ? { learningRate: rate } : { trials: [trial] }),
    curve,
    result: { testAccuracy, correct, of, ...(best ? { bestValidation: best } : {}) },
  };
}

/** The same record as if its loss had become NaN in the fourth epoch. */
export function broken(record: RunRecord): RunRecord {
  const result = { testAccuracy: 0.1, correct: 80, of: 800 };
  return { ...record, curve: record.curve.slice(0, 3), diverged: { epoch: 4, step: 200, loss: "NaN" }, result };
}

import type { RunRecord } from "../../src/study/schema.js";

const SHAPES: Record<string, { accuracy: number; loss: number; pace: number }> = {
  mlp: { accuracy: 0.61, loss: 0.62, pace: 0.09 },
  gru: { accuracy: 0.81, loss: 0.48, pace: 0.11 },
  ntm: { accuracy: 0.832, loss: 0.38, pace: 0.12 },
  dms: { accuracy: 0.815, loss: 0.44, pace: 0.1 },
};

/** A fraction from 0 to 1 that looks random and is the same on every machine. */
function noise(...keys: number[]): number {
  const x =
    Math.sin(keys.reduce((sum, key, i) => sum + key * [12.9898, 78.233, 37.719, 4.581][i % 4]!, 1)) * 43758.5453;
  return x - Math.floor(x);
}

/** A made-up run record with the looks of a real one; only what figures read is filled in. */
export function madeUpRecord(name: string, seed: number, epochs = 30): RunRecord {
  const { accuracy, loss, pace } = SHAPES[name] ?? SHAPES.dms!;
  const kind = name.length;
  const final = Math.round(800 * (accuracy + 0.03 * (noise(kind, seed) - 0.5)));
  const curve = Array.from({ length: epochs }, (_, i) => {
    const left = Math.exp(-pace * i) * (1 + 0.1 * (noise(kind, seed, i) - 0.5));
    const trainLoss = loss + (2.25 - loss) * left;
    const testAccuracy = i === epochs - 1 ? final / 800 : Math.max(0.1, (final / 800) * (1 - 0.75 * left));
    return { epoch: i + 1, trainLoss, testLoss: trainLoss + 0.1, testAccuracy };
  });
  const trials = Array.from({ length: 5 }, (_, i) => {
    const learningRate = 10 ** (-4 + 2 * noise(kind, seed, i, 7));
    const score = accuracy - 0.18 * Math.abs(Math.log10(learningRate) + 2.3) - 0.05 * noise(kind, seed, i, 3);
    return { learningRate, trainLoss: 2.3 - 2 * score, accuracy: Math.max(0.1, score) };
  });
  const chosen = trials.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  return {
    format: 1,
    name,
    protocol: "published",
    seed,
    config: {
      model: { kind: "gru", steps: 20, features: 1, hidden: 64, classes: 10 },
      training: {
        epochs,
        batchSize: 64,
        optimizer: "adam",
        learningRate: { trials: 5, range: [1e-4, 1e-2], epochs: 8, batchSize: 128, samples: 2000, scoredOn: "test" },
      },
    },
    parameters: 21_526,
    learningRate: chosen.learningRate,
    trials,
    curve,
    result: { testAccuracy: final / 800, correct: final, of: 800 },
  } as unknown as RunRecord;
}

/** Made-up records of several models, one a seed. */
export function madeUpRecords(names: readonly string[] = ["mlp", "gru", "ntm", "dms"], seeds = 5): RunRecord[] {
  return names.flatMap((name) => Array.from({ length: seeds }, (_, seed) => madeUpRecord(name, seed)));
}

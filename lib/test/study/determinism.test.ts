import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Tensor } from "@tensorflow/tfjs-node";
import { RandomState } from "../../src/dataset/index.js";
import { buildModel } from "../../src/models/index.js";
import { soundModels } from "../../src/studies/index.js";
import { makeRuns, RecordStore, type RunSpec } from "../../src/study/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { softmaxCrossEntropy } from "../../src/training/index.js";
import { protocolConfig } from "./configs.js";

const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-determinism-"));
after(() => rmSync(scratch, { recursive: true }));

test("any number of workers, in any order, gives the same records", async () => {
  const { model, training, ...rest } = protocolConfig("smoke", "mlp");
  const config = {
    ...rest,
    data: { ...rest.data, samples: 640 },
    model: { ...model, hidden: [8] },
    training: { ...training, learningRate: 3e-3 },
  };
  const specs = [0, 1, 2, 3, 4].map((seed) => ({ protocol: "order", name: "mlp", seed, config }) as RunSpec);
  const ways: [workers: number, order: "by-model" | "as-planned", plan: RunSpec[]][] = [
    [1, "as-planned", specs],
    [3, "by-model", [specs[3]!, specs[0]!, specs[4]!, specs[1]!, specs[2]!]],
  ];
  const made = [];
  for (const [i, [workers, order, plan]] of ways.entries()) {
    const records = await makeRuns(plan, new RecordStore(join(scratch, `${i}`)), { workers, order });
    made.push(records.sort((a, b) => a.seed - b.seed));
  }
  for (const records of made) assert.deepEqual(records, made[0]);
});

test("the same eager steps give the same bits again", () => {
  const steps = () =>
    tf.tidy(() => {
      const model = buildModel({ ...soundModels["dms-periodic"](6), hidden: 8, slots: 5, width: 4 }, 3);
      const random = RandomState.stream(1, "x");
      const x = tf.tensor3d(
        Float32Array.from({ length: 48 }, () => random.standardNormal()),
        [8, 6, 1],
      );
      const labels = tf.tensor1d([0, 1, 2, 3, 4, 5, 6, 7], "int32");
      const optimizer = tf.train.sgd(0.1);
      const losses = [1, 2, 3, 4].map(
        () => optimizer.minimize(() => softmaxCrossEntropy(labels, model.apply(x) as Tensor), true)!.dataSync()[0]!,
      );
      return [...losses, ...model.getWeights().flatMap((weight) => Array.from(weight.dataSync()))] as never;
    }) as number[];
  assert.deepEqual(steps(), steps());
});

/** Other numbers of threads may sum in another order: losses of the first steps may differ by so much, as a share. */
const TOLERANCE = 1e-4;

test(`other threads give the same losses within ${TOLERANCE}`, () => {
  const code = `
    const { buildModel, captureTraining, RandomState, soundModels, tf } = require("dms-ntm");
    (async () => {
      const trainer = await captureTraining(buildModel(soundModels["dms-periodic"](20), 3));
      const random = RandomState.stream(1, "x");
      const x = tf.tensor3d(Float32Array.from({ length: 64 * 20 }, () => random.standardNormal()), [64, 20, 1]);
      const labels = tf.tensor1d(Array.from({ length: 64 }, (_, i) => i % 10), "int32");
      const losses = Array.from({ length: 20 }, () => trainer.step(x, labels, 3e-3));
      console.log(JSON.stringify(losses));
    })();`;
  const losses = (threads: string, inter: string) => {
    const env = { ...process.env, TF_NUM_INTRAOP_THREADS: threads, TF_NUM_INTEROP_THREADS: inter };
    const output = execFileSync(process.execPath, ["--no-deprecation", "-e", code], {
      env,
      cwd: __dirname,
      encoding: "utf8",
    });
    return JSON.parse(output) as number[];
  };
  const one = losses("1", "1");
  assert.ok(one.length === 20 && one[19]! < one[0]!);
  losses("4", "2").forEach((loss, step) => {
    assert.ok(Math.abs(loss / one[step]! - 1) < TOLERANCE, `step ${step}: ${loss} and ${one[step]}`);
  });
});

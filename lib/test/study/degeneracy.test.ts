import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildModel, type NtmConfig } from "../../src/models/index.js";
import { publishedModels } from "../../src/studies/index.js";
import {
  degeneracyOf,
  degeneracyPath,
  measureDegeneracy,
  Runner,
  readDegeneracy,
  referenceStore,
} from "../../src/study/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { trainingSet } from "../../src/training/index.js";
import { plan, protocolConfig } from "./configs.js";

const scratch = mkdtempSync(join(tmpdir(), "dms-ntm-degeneracy-"));
after(() => rmSync(scratch, { recursive: true }));

const small = (of: NtmConfig): NtmConfig => ({ ...of, steps: 5, hidden: 6, slots: 7, width: 4, classes: 3 });
const set = trainingSet(
  Array.from({ length: 60 }, (_, i) => Math.sin(i)),
  Array.from({ length: 12 }, (_, i) => i % 3),
  [5, 1],
);

/** The same, but that its slots differ from the start, which the published ones never do. */
const broken = (of: NtmConfig): NtmConfig => ({
  ...of,
  initial: { ...of.initial, memory: { kind: "random", scale: 1, seed: 3 } },
});

for (const [name, config] of [
  ["discrete", small(publishedModels.ntm)],
  ["gaussian", small(publishedModels.dms)],
] as const) {
  test(`${name}: published slots stay the same and addressing gets no gradient; broken symmetry shows in every number`, () => {
    const model = buildModel(config, 1);
    const before = tf.memory().numTensors;
    const { gradients, ...worst } = measureDegeneracy(model, set);
    assert.equal(tf.memory().numTensors, before);
    assert.ok(worst.deviation < 1e-5 && worst.betweenSlots < 1e-6 && worst.memory < 1e-6, JSON.stringify(worst));
    assert.ok(Math.abs(worst.total - 1) < 1e-5);
    const { erase, add, ...addressing } = gradients;
    assert.ok(erase > 1e-7 && add > 1e-5);
    for (const [part, size] of Object.entries(addressing)) assert.ok(size < 1e-7, `${part} ${size}`);
    const other = measureDegeneracy(buildModel(broken(config), 1), set);
    assert.ok(other.deviation > 0.1 && other.betweenSlots > 0.1 && other.memory > 0.1, JSON.stringify(other));
    for (const [part, size] of Object.entries(other.gradients)) assert.ok(size > 1e-7, `${part} ${size}`);
  });
}

test("weight that sharpening loses is told from weight that moves between slots", () => {
  const model = buildModel(small(publishedModels.ntm), 1);
  const layer = model.getLayer("ntm");
  // a sharpening of 60: (1/7)^60 is nothing beside the published epsilon
  const bias = layer.weights.find(({ originalName }) => originalName.endsWith("writeBias"))!;
  const values = Float32Array.from(bias.read().dataSync());
  values[4 + 1 + 1 + 3] = 60;
  layer.setWeights(layer.weights.map((weight) => (weight === bias ? tf.tensor1d(values) : weight.read())));
  const { deviation, betweenSlots, total, memory } = measureDegeneracy(model, set);
  assert.ok(deviation > 0.999 && total < 1e-3, `${deviation}, ${total}`);
  assert.ok(betweenSlots < 1e-6 && memory < 1e-6, `${betweenSlots}, ${memory}`);
});

test("gradients are told apart by their columns: a shift with one offset has none, the rest has", () => {
  const model = buildModel({ ...broken(small(publishedModels.ntm)), shift: { kind: "discrete", offsets: [1] } }, 1);
  const { shift, ...others } = measureDegeneracy(model, set).gradients;
  assert.ok(shift < 1e-12, `${shift}`);
  for (const [part, size] of Object.entries(others)) assert.ok(size > 1e-7, `${part} ${size}`);
});

test("a model without a memory, or with several heads, is refused", () => {
  assert.throws(() => measureDegeneracy(buildModel(publishedModels.gru, 1), set), /model gru has no memory/);
  const several = buildModel({ ...small(publishedModels.ntm), readHeads: 2 }, 1);
  assert.throws(() => measureDegeneracy(several, set), /has 2 read and 1 write heads, expected one of each/);
});

test("a record's model is trained again without its search, and is the same", async () => {
  const base = protocolConfig("smoke", "ntm");
  const search = {
    trials: 2,
    range: [1e-3, 1e-2] as [number, number],
    epochs: 1,
    batchSize: 64,
    samples: 128,
    scoredOn: "test" as const,
  };
  const training = { ...base.training, epochs: 1, learningRate: search };
  const config = {
    ...base,
    data: { ...base.data, samples: 400 },
    model: { ...publishedModels.ntm, hidden: 6, slots: 5, width: 4 },
    training,
  };
  const runner = new Runner();
  const record = await runner.run({ protocol: "tiny", name: "ntm", seed: 1, config });
  runner.dispose();
  const seen: number[] = [];
  const measured = await degeneracyOf(
    [record, { ...record, name: "gru", config: protocolConfig("smoke", "gru") }],
    (done) => seen.push(done),
  );
  assert.deepEqual([measured.runs.length, measured.samples, seen], [1, 80, [0]]);
  const [run] = measured.runs;
  assert.deepEqual([run!.testAccuracy, run!.learningRate], [record.result.testAccuracy, record.learningRate]);
  writeFileSync(degeneracyPath(scratch), JSON.stringify(measured));
  assert.deepEqual(readDegeneracy(scratch), measured);
  writeFileSync(degeneracyPath(scratch), JSON.stringify({ ...measured, runs: [] }));
  assert.throws(
    () => readDegeneracy(scratch),
    /runs is \[\], expected at least 1 items: make it again with `make degeneracy`/,
  );
  assert.equal(readDegeneracy(join(scratch, "nowhere")), null);
});

test("the committed measurement is of the committed runs", () => {
  const measured = readDegeneracy(referenceStore().folder)!;
  const specs = plan("published", 10).filter(({ config }) => config.model.kind === "ntm");
  assert.equal(measured.runs.length, specs.length);
  for (const spec of specs) {
    const record = referenceStore().find(spec)!;
    const run = measured.runs.find(({ name, seed }) => name === spec.name && seed === spec.seed)!;
    assert.deepEqual([run.learningRate, run.testAccuracy], [record.learningRate, record.result.testAccuracy]);
  }
});

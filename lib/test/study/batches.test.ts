import assert from "node:assert/strict";
import { test } from "node:test";
import { studies } from "../../src/studies/index.js";
import { accuracy } from "../../src/study/accuracy.js";
import {
  type AnySpec,
  Batches,
  batchesOf,
  chosenRate,
  evaluationPlan,
  type Lookup,
  referenceStore,
  type SetPart,
  type Study,
  specsOf,
  tuningPlan,
} from "../../src/study/index.js";

const part = studies.sound.parts[0]!;
/** A study that tunes: two models, rates and seeds of their own. */
function tuned({ seeds = 5, epochs = 3, rates = [1e-3, 1e-2] as readonly number[] } = {}): Study {
  const { mlp, gru } = part.models as Record<string, SetPart["models"][string]>;
  const own: SetPart = {
    ...part,
    name: "own",
    models: { mlp: mlp!, gru: { what: "longer", model: gru as never, training: { epochs } } },
    learningRate: { rates, seeds: [1000, 1001] },
    seeds,
  };
  return { name: "own", question: "?", parts: [own], metric: accuracy, families: [] };
}

const cut = (study: Study, size = 2) => batchesOf(study, size);
const ids = (study: Study) => new Set(Object.keys(cut(study).batches));
const seedsOf = ({ batches, parts }: ReturnType<typeof cut>, model: string) =>
  parts.own!.evaluation.filter((id) => batches[id]!.model === model).map((id) => batches[id]!.seeds);

test("each run is in one batch, the model's first run alone in the first", () => {
  const { batches, parts } = cut(tuned());
  assert.deepEqual(seedsOf(cut(tuned()), "mlp"), [[0], [1], [2, 3], [4]]);
  assert.equal(parts.own!.tuning.length, 2 * 3, "a first run, and one batch of one or two for each rate");
  const runs = Object.values(batches).flatMap(({ part, model, variant, seeds }) =>
    seeds.map((s) => `${part} ${model} ${variant} ${s}`),
  );
  assert.equal(runs.length, 2 * 4 + 2 * 5);
  assert.equal(new Set(runs).size, runs.length);
  for (const batch of Object.values(batches)) {
    const first = batches[batch.first]!;
    assert.deepEqual(
      [first.part, first.model, first.seeds.length, first.first],
      [batch.part, batch.model, 1, first.id],
    );
  }
});

test("a name stays while what its runs depend on does: more seeds add, another training changes its model's alone", () => {
  const before = ids(tuned());
  assert.deepEqual(ids({ ...tuned(), question: "Another?" }), before);
  const more = ids(tuned({ seeds: 7 }));
  assert.deepEqual([...before].filter((id) => !more.has(id)).length, 2, "the last, half full batch of each model");
  const longer = ids(tuned({ epochs: 4 }));
  assert.ok([...before].every((id) => longer.has(id) === id.includes("mlp")));
  const other = ids(tuned({ rates: [1e-3, 3e-2] }));
  const kept = [...before].filter((id) => other.has(id));
  // of the rate that stays; what is evaluated depends on all of them
  assert.deepEqual(
    kept.map((id) => id.replace(/-[0-9a-f]{12}$/, "")).sort(),
    ["gru", "gru", "mlp", "mlp"].map((m) => `own-tune-${m}-rate0.001`),
  );
});

test("an evaluation waits for its learning rate, which the tuning runs of its own model choose", () => {
  const study = tuned();
  const { batches, parts, rates } = Batches.parse(
    JSON.parse(JSON.stringify({ study: "own", require: [], fresh: true, ...cut(study) })),
  );
  const batch = batches[parts.own!.evaluation.at(-1)!]!;
  assert.equal(batch.model, "gru");
  const rate = rates[batch.rate!]!;
  assert.ok(rate.tuning.length > 0 && rate.tuning.every((id) => batches[id]!.model === "gru" && id.includes("-tune-")));
  assert.deepEqual(
    Object.values(rates)
      .map(({ model }) => model)
      .sort(),
    ["gru", "mlp"],
  );
  assert.throws(() => specsOf(batch), /own-gru-.* needs the learning rate own-gru-.*, and was given none/);
  assert.throws(
    () => chosenRate(rate, study, { find: () => undefined }),
    /gru of own has no learning rate yet: its tuning runs have to be made first/,
  );
  const plan = tuningPlan(study, study.parts[0]!);
  const lookup = (best: string) =>
    ({
      find: (spec: AnySpec) => {
        const score = { validationAccuracy: spec.variant === best ? 0.9 : 0.1, validationLoss: 1, epoch: 1 };
        return { ...spec, learningRate: spec.config.training.learningRate, curve: [score] };
      },
    }) as unknown as Lookup;
  assert.ok(plan.some(({ variant }) => variant === "rate0.01"));
  const chosen = chosenRate(rate, study, lookup("rate0.01"));
  assert.deepEqual(chosen, { rate: rate.id, learningRate: 0.01 });
  const [run, ...more] = specsOf(batch, chosen);
  const { specs } = evaluationPlan(study, study.parts[0]!, lookup("rate0.01"));
  const planned = specs.find(({ name, seed }) => name === "gru" && seed === batch.seeds[0]);
  assert.equal(JSON.stringify(run!.config), JSON.stringify(planned!.config), "what stands in its record, key by key");
  assert.deepEqual([run!.seed, more.length], [batch.seeds[0], batch.seeds.length - 1]);
  assert.throws(
    () => chosenRate(rate, tuned({ epochs: 9 }), lookup("rate0.01")),
    /gru of own isn't what it was when its study was cut/,
  );
  // what needs no choice is made of what the file says alone
  const tuning = batches[rate.tuning[0]!]!;
  assert.throws(() => specsOf(tuning, chosen), /own-tune-gru-.* needs no learning rate, and was given own-gru-/);
  assert.deepEqual(specsOf(tuning)[0], JSON.parse(JSON.stringify(plan.find(({ name }) => name === "gru"))));
});

test("runs that came with the repository are left out", () => {
  const study = studies.sound;
  assert.deepEqual(batchesOf(study, 10, referenceStore()).batches, {});
  assert.ok(Object.keys(batchesOf(study, 10).batches).length > 100);
});

test("parts that share tuning runs name the same batches", () => {
  const { parts } = batchesOf(studies.range, 10);
  assert.deepEqual(parts["range-mnist1d-160"]!.tuning, parts["range-mnist1d-80"]!.tuning);
});

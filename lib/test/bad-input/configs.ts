import { z } from "zod";
import { makeMnist1d, RandomState } from "../../src/dataset/index.js";
import { discrete, registerShift, shiftOf } from "../../src/memory/index.js";
import { buildModel } from "../../src/models/index.js";
import { publishedModels, soundModels, studies, studyNamed } from "../../src/studies/index.js";
import { keptSpec } from "../../src/studies/kept.js";
import { checkStudy, chosen, configOf, evaluationPlan, partOf, Runner } from "../../src/study/index.js";
import { makeTask, registerTask } from "../../src/tasks/index.js";
import { augmentation, cosine, taskModel } from "../../src/training/index.js";
import { plan, protocolConfig } from "../study/configs.js";
import type { Row } from "./row.js";

const json = (text: string): never => JSON.parse(text) as never;
const ntm = publishedModels.ntm;
const model = (what: string, change: object, expected: RegExp): Row => ({
  what: `a model config with ${what}`,
  run: () => buildModel({ ...ntm, ...change } as never, 0),
  expected,
});
const config = protocolConfig("smoke", "mlp");
const tunedBy = (learningRate: object) =>
  checkStudy({ ...studies.smoke, parts: [{ ...studies.smoke.parts[0]!, validation: undefined, learningRate }] });
const attempted = (change: object, part: object = {}) => {
  const copy = partOf(studies.long, "long-copy");
  const attempts = [{ model: "ntm", seed: 1000, variant: "tried", ...change }];
  checkStudy({ ...studies.long, families: [], parts: [{ ...copy, attempts, ...part }] });
};
const attempt = (what: string, change: object, expected: RegExp): Row => ({
  what: `an attempt with ${what}`,
  run: () => attempted(change),
  expected,
});
const runOf = (what: string, change: object, expected: RegExp, spec: object = {}): Row => ({
  what: `a run config with ${what}`,
  run: async () => {
    const runner = new Runner();
    try {
      return await runner.run({
        protocol: "p",
        name: "mlp",
        seed: 0,
        config: { ...config, ...change } as never,
        ...spec,
      });
    } finally {
      runner.dispose();
    }
  },
  expected,
});
const training = (change: object) => ({ training: { ...config.training, ...change } });

export const configRows: Row[] = [
  model("an unknown kind", { kind: "transformer" }, /model config\.kind is "transformer", expected/),
  model("the kind __proto__", { kind: "__proto__" }, /model config\.kind is "__proto__"/),
  model("an unknown key", { dropout: 0.5 }, /model config has the unknown key dropout/),
  {
    what: "a model config with a misspelt key",
    run: () => buildModel(json('{ "kind": "gru", "hiden": 64, "features": 1, "classes": 10 }'), 0),
    expected: /model config has the unknown key hiden; did you mean hidden\?/,
  },
  model(
    "two unknown keys, the second misspelt",
    { foo: 1, controler: "lstm" },
    /unknown keys foo, controler; did you mean controller\?/,
  ),
  model("an unknown key of two lines", { "a\nb": 1 }, /unknown key "a\\nb"/),
  model("no slots", { slots: 0 }, /model config\.slots is 0, expected at least 1/),
  model("half a slot", { slots: 2.5 }, /slots is 2\.5, expected a whole number/),
  model("NaN slots", { slots: Number.NaN }, /slots is NaN, expected/),
  model("slots as text", { slots: "20" }, /slots is "20", expected number/),
  model("a thousand million slots", { slots: 1e9 }, /model config\.slots is 1000000000, expected at most 1048576/),
  model("a million slots", { slots: 1 << 20, width: 1024 }, /slots is 1048576.*width is 1024.*expected at most/),
  model(
    "a memory of a terabyte",
    { slots: 1 << 20, width: 1 << 18 },
    /slots is 1048576.*width is 262144.*expected at most/,
  ),
  model("a hidden state of a million", { hidden: 1 << 20 }, /hidden is 1048576: .*expected at most/),
  model(
    "a shift of unknown kind",
    { shift: { kind: "constructor" } },
    /model config\.shift\.kind is "constructor", expected one of/,
  ),
  model("no shift", { shift: undefined }, /shift is missing, expected/),
  model(
    "a list of two shifts for one head",
    { shift: { read: [ntm.shift, ntm.shift], write: ntm.shift } },
    /shift\.read is a list of 2 for 1 read heads/,
  ),
  model(
    "an infinite sigmaInit",
    { shift: { kind: "gaussian", sigmaInit: Number.POSITIVE_INFINITY } },
    /sigmaInit is Infinity, expected/,
  ),
  model(
    "a start that doesn't exist",
    { initial: { ...ntm.initial, memory: "ones" } },
    /initial\.memory is "ones", expected/,
  ),
  model(
    "an own __proto__",
    json(`{"shift": {"kind": "discrete", "offsets": [1], "__proto__": {"polluted": 1}}}`),
    /unknown key __proto__/,
  ),
  {
    what: "a model config with an own __proto__ at the top",
    run: () => buildModel(json(`${JSON.stringify(ntm).slice(0, -1)},"__proto__":{"polluted":1}}`), 0),
    expected: /model config has the unknown key __proto__/,
  },
  {
    what: "a model config with an own constructor",
    run: () => buildModel(json(`${JSON.stringify(ntm).slice(0, -1)},"constructor":{"prototype":{"polluted":1}}}`), 0),
    expected: /unknown key constructor/,
  },
  { what: "no model config", run: () => buildModel(null as never, 0), expected: /model config is null, expected/ },
  {
    what: "a model seed of -1",
    run: () => buildModel(ntm, -1),
    expected: /seed is -1, expected a whole number from 0/,
  },
  {
    what: "a model seed of NaN",
    run: () => buildModel(ntm, Number.NaN),
    expected: /seed is NaN, expected a whole number/,
  },
  {
    what: "an MLP without layers",
    run: () => buildModel({ kind: "mlp", features: 4, hidden: [], classes: 2 }, 0),
    expected: /hidden is \[\], expected at least 1 items/,
  },
  {
    what: "a sound model of no steps",
    run: () => buildModel(soundModels["dms-periodic"](0), 0),
    expected: /steps is 0, expected at least 1/,
  },
  runOf("negative epochs", training({ epochs: -3 }), /training\.epochs is -3, expected at least 1/),
  runOf(
    "an unknown optimizer",
    training({ optimizer: "lion" }),
    /optimizer is "lion", expected one of "adam", "rmsprop", "sgd"/,
  ),
  runOf("a learning rate of 0", training({ learningRate: 0 }), /learningRate is 0, expected/),
  runOf("a learning rate that is NaN", training({ learningRate: Number.NaN }), /learningRate is NaN, expected/),
  runOf(
    "a search that begins above its end",
    training({ learningRate: { ...(config.training.learningRate as object), range: [0.1, 0.01] } }),
    /range is \[0\.1,0\.01\], expected \[low, high\]/,
  ),
  runOf(
    "a batch larger than the data",
    training({ batchSize: 5000 }),
    /batchSize is 5000, expected at most the 3200 training samples/,
  ),
  runOf(
    "a search over more samples than there are",
    training({ learningRate: { ...(config.training.learningRate as object), samples: 4000 } }),
    /samples is 4000, expected at most the 3200 training samples/,
  ),
  runOf(
    "a search batch larger than its samples",
    training({ learningRate: { ...(config.training.learningRate as object), batchSize: 501 } }),
    /learningRate\.batchSize is 501, expected at most the 500/,
  ),
  runOf(
    "all samples held out",
    { validation: 3200 },
    /validation is 3200, expected less than the 3200 training samples/,
  ),
  runOf(
    "a stride beyond the sample",
    { stride: 50, model: publishedModels.gru },
    /stride is 50, expected a whole number from 1 to 40/,
  ),
  runOf(
    "a model of other steps than the data",
    { stride: 1, model: publishedModels.gru },
    /128000 values for 3200 labels of shape \[20,1\], expected 64000/,
  ),
  runOf(
    "a model of fewer classes than the data",
    { model: { ...publishedModels.mlp, classes: 5 } },
    /label \d+ is [5-9], expected a whole number from 0 to 4/,
  ),
  runOf("a seed of 2 to the 32nd", {}, /seed is 4294967296, expected at most/, { seed: 2 ** 32 }),
  runOf("an unknown key", { gpu: true }, /run config has the unknown key gpu/),
  { what: "a data set of 7 samples", run: () => makeMnist1d({ samples: 7 }), expected: /samples is 7, expected/ },
  {
    what: "a data set without end",
    run: () => makeMnist1d({ samples: 1e12 }),
    expected: /samples is 1000000000000, expected at most/,
  },
  {
    what: "a data set that all trains",
    run: () => makeMnist1d({ trainFraction: 1 }),
    expected: /trainFraction is 1, expected less than 1/,
  },
  {
    what: "a data config with __proto__",
    run: () => makeMnist1d(json('{"__proto__": {"samples": 10}}')),
    expected: /unknown key __proto__/,
  },
  {
    what: "a stream of random numbers without a name",
    run: () => RandomState.stream(1, ""),
    expected: /stream name is ""/,
  },
  {
    what: "an unknown task",
    run: () => makeTask({ task: "sort" } as never),
    expected: /task config\.task is "sort", expected one of "copy"/,
  },
  {
    what: "the task __proto__",
    run: () => makeTask(json('{"task": "__proto__"}')),
    expected: /task config\.task is "__proto__"/,
  },
  {
    what: "a task of -8 bits",
    run: () => makeTask({ task: "copy", bits: -8 }),
    expected: /bits is -8, expected at least 1/,
  },
  {
    what: "a task whose longest is shorter than its shortest",
    run: () => makeTask({ task: "copy", lengths: [5, 2] }),
    expected: /lengths is \[5,2\], expected \[shortest, longest\]/,
  },
  {
    what: "a task of one's own under a built-in name",
    run: () => registerTask("copy", {}, () => null as never),
    expected: /registerTask: "copy" is built in/,
  },
  {
    what: "a shift registered with a schema for its keys",
    run: () => registerShift("own", z.object({}) as never, () => discrete()),
    expected:
      /^registerShift: keys is .*, expected a zod schema for each key, e\.g\. \{ size: z\.number\(\) \}, or \{\}$/,
  },
  {
    what: "a shift registered with keys that are no schemas",
    run: () => registerShift("own", { far: 3 } as never, () => discrete()),
    expected: /^registerShift: keys is \{"far":3\}, expected a zod schema for each key/,
  },
  {
    what: "a shift registered as a value",
    run: () => registerShift("own", {}, discrete() as never),
    expected: /^registerShift: make is .*, expected a function that makes a shift of a config$/,
  },
  {
    what: "a task with one length",
    run: () => makeTask({ task: "copy", lengths: 5 as never }),
    expected: /^task config\.lengths is 5, expected \[shortest, longest\]$/,
  },
  {
    what: "a shift of one's own under a built-in name",
    run: () => registerShift("gaussian", {}, () => null as never),
    expected: /registerShift: "gaussian" is built in/,
  },
  { what: "a shift config that is a list", run: () => shiftOf([] as never), expected: /shift config/ },
  {
    what: "a discrete shift without offsets",
    run: () => shiftOf({ kind: "discrete", offsets: [] }),
    expected: /offsets is \[\], expected at least 1 items/,
  },
  {
    what: "a discrete shift by half a slot, without a config",
    run: () => discrete({ offsets: [0.5] }),
    expected: /offset.* 0\.5, expected/,
  },
  {
    what: "an augmentation that turns samples over",
    run: () => augmentation({ scale: 1.5 }, new RandomState(0)),
    expected: /augmentation\.scale is 1\.5, expected less than 1/,
  },
  {
    what: "a cosine of nothing",
    run: () => (cosine as () => unknown)(),
    expected: /^cosine is undefined, expected an object, with some of peak, steps, warmup$/,
  },
  { what: "a cosine over no steps", run: () => cosine({ peak: 0.1, steps: 0 }), expected: /steps is 0, expected/ },
  {
    what: "an unknown study",
    run: () => studyNamed("constructor"),
    expected: /study is "constructor", expected one of published, draws, /,
  },
  { what: "a plan of half a seed", run: () => plan("smoke", 0.5), expected: /seeds is 0\.5, expected a whole number/ },
  {
    what: "a study of -1 seeds",
    run: () => chosen(studies.accuracy, { seeds: -1 }),
    expected: /seeds is -1, expected a whole number/,
  },
  {
    what: "a study whose seeds reach those of the tuning",
    run: () => chosen(studies.sound, { seeds: 1001 }),
    expected: /seeds is 1001, expected a whole number from 1 to 1000/,
  },
  {
    what: "a study that is a name",
    run: () => checkStudy("smoke"),
    expected: /study is "smoke", expected a value with name/,
  },
  {
    what: "a study of no part",
    run: () => checkStudy({ ...studies.smoke, parts: [] }),
    expected: /study smoke has no part, expected at least one/,
  },
  {
    what: "a study of two parts of one name",
    run: () => checkStudy({ ...studies.smoke, parts: [...studies.smoke.parts, ...studies.smoke.parts] }),
    expected: /study smoke has two parts named smoke: give one another name/,
  },
  {
    what: "a study of two attempts of one name",
    run: () => {
      const [part] = studies.long.parts;
      const attempts = [
        { model: "ntm", variant: "slow", seed: 1 },
        { model: "ntm", variant: "slow", seed: 1 },
      ];
      checkStudy({ ...studies.long, families: [], parts: [{ ...part, attempts }] });
    },
    expected: /part long-copy has two attempts called slow of ntm with seed 1: give one another variant or seed/,
  },
  {
    what: "a study that tries a learning rate twice",
    run: () => {
      const [part] = studies.sound.parts;
      const learningRate = { rates: [0.01, 0.003, 0.01], seeds: [1000] };
      checkStudy({ ...studies.sound, families: [], parts: [{ ...part, learningRate }] });
    },
    expected: /learningRate of sound-20 has 0.01 twice: once is enough/,
  },
  {
    what: "a model of more values a step than a sample divides by",
    run: () => {
      const [part] = studies.smoke.parts;
      const models = { gru: { ...publishedModels.gru, features: 3 } };
      evaluationPlan(studies.smoke, { ...part!, models }, { find: () => undefined });
    },
    expected: /features of gru is 3, expected a number by which the \d+ values of a sample divide/,
  },
  {
    what: "a study that compares a model with itself",
    run: () => checkStudy({ ...studies.smoke, families: [{ question: "?", pairs: [["gru", "gru"]] }] }),
    expected: /pair \["gru","gru"\] of study smoke isn't of two models, expected two of mlp, gru/,
  },
  {
    what: "a study that compares a model that it hasn't",
    run: () => checkStudy({ ...studies.smoke, families: [{ question: "?", pairs: [["gru", "mpl"]] }] }),
    expected: /pair \["gru","mpl"\] of study smoke isn't of two models, expected two of mlp, gru/,
  },
  {
    what: "a study that asks about a part that it hasn't",
    run: () => checkStudy({ ...studies.smoke, families: [{ question: "?", pairs: "all", parts: ["smok"] }] }),
    expected: /part of a family of study smoke is "smok", expected one of smoke/,
  },
  {
    what: "a study with a misspelt key",
    run: () => checkStudy({ ...studies.smoke, balnced: true }),
    expected: /study smoke has the unknown key balnced: known are name, question, parts/,
  },
  {
    what: "a part with a misspelt key, which would have trained with other seeds",
    run: () => checkStudy({ ...studies.smoke, parts: [{ ...studies.smoke.parts[0]!, firstSed: 10 }] }),
    expected: /part smoke has the unknown key firstSed: known are name, title/,
  },
  {
    what: "a model of a part with a misspelt key, which would have trained as the others do",
    run: () =>
      checkStudy({
        ...studies.smoke,
        parts: [
          { ...studies.smoke.parts[0]!, models: { gru: { what: "?", model: publishedModels.gru, trainng: {} } } },
        ],
        families: [],
      }),
    expected: /gru of part smoke has the unknown key trainng: known are what, model, training/,
  },
  {
    what: "a family with a misspelt key",
    run: () => checkStudy({ ...studies.smoke, families: [{ question: "?", pairs: "all", part: ["smoke"] }] }),
    expected: /family of study smoke has the unknown key part: known are question/,
  },
  {
    what: "a family without pairs",
    run: () => checkStudy({ ...studies.smoke, families: [{ question: "which" }] }),
    expected: /pairs of family "which" is undefined, expected a list of pairs, or "all"/,
  },
  {
    what: "a comparison that is asked for twice, which would count twice in the correction",
    run: () =>
      checkStudy({
        ...studies.smoke,
        families: [
          {
            question: "which",
            pairs: [
              ["gru", "mlp"],
              ["mlp", "gru"],
            ],
          },
        ],
      }),
    expected: /family "which" of study smoke asks for \["mlp","gru"\] twice/,
  },
  {
    what: "more seeds than asked for at first, some of which choose the learning rate",
    run: () => {
      const part = { ...studies.smoke.parts[0]!, validation: 20, learningRate: { rates: [0.001], seeds: [20] } };
      const study = { ...studies.smoke, parts: [part] };
      checkStudy(study);
      chosen(study, { seeds: 30 });
    },
    expected: /learningRate of smoke is chosen on seed 20, which the evaluation has/,
  },
  {
    what: "a part that chooses its rates, but on no seed",
    run: () => tunedBy({ rates: [0.001] }),
    expected: /learningRate of smoke is \{"rates":\[0\.001\]\}, expected at least one rate and one seed/,
  },
  {
    what: "a model with a learning rate of its own where one is to be chosen",
    run: () =>
      checkStudy({
        ...studies.smoke,
        families: [],
        parts: [
          {
            ...studies.smoke.parts[0]!,
            models: { gru: { what: "?", model: publishedModels.gru, training: { learningRate: 0.1 } } },
            validation: 20,
            learningRate: { rates: [0.001], seeds: [1000] },
          },
        ],
      }),
    expected: /gru of part smoke has a learning rate of its own, where one is to be chosen/,
  },
  attempt(
    "a misspelt key",
    { trainig: { clipNorm: 1 } },
    /attempt tried of part long-copy has the unknown key trainig/,
  ),
  attempt(
    "a model that its part hasn't",
    { model: "mnt" },
    /model of attempt tried of part long-copy is "mnt", expected one of lstm, ntm/,
  ),
  {
    what: "attempts beside a grid of learning rates, which would never be made",
    run: () => attempted({}, { learningRate: { rates: [0.001], seeds: [1000] } }),
    expected: /part long-copy has attempts and rates to choose from: leave one of them out/,
  },
  {
    what: "a part's misspelt training, before other parts train",
    run: () =>
      configOf(
        { ...studies.smoke.parts[0]!, training: { ...studies.smoke.parts[0]!.training, batchsize: 64 } as never },
        "gru",
        0.001,
      ),
    expected: /run config of gru\.training has the unknown key batchsize|run config of gru\.training/,
  },
  {
    what: "a part that chooses its rates by nothing",
    run: () => tunedBy({ rates: [], seeds: [1000] }),
    expected: /learningRate of smoke is .*, expected at least one rate and one seed/,
  },
  {
    what: "a part that chooses its rates, but names none",
    run: () => tunedBy({ seeds: [1000] }),
    expected: /learningRate of smoke is \{"seeds":\[1000\]\}, expected at least one rate and one seed/,
  },
  {
    what: "a part whose learning rate is nothing",
    run: () => tunedBy(null as never),
    expected: /learningRate of smoke is null, expected a number, or rates and seeds/,
  },
  {
    what: "a part with a name in place of a model",
    run: () =>
      checkStudy({ ...studies.smoke, families: [], parts: [{ ...studies.smoke.parts[0]!, models: { gru: "gru" } }] }),
    expected: /gru of part smoke is "gru", expected a model's config/,
  },
  {
    what: "a part that chooses its rates on seeds of the evaluation",
    run: () => tunedBy({ rates: [0.001], seeds: [0] }),
    expected:
      /learningRate of smoke is chosen on seed 0, which the evaluation has: expected others, e\.g\. from 1000 on/,
  },
  {
    what: "a part that chooses its rates and holds nothing out",
    run: () => tunedBy({ rates: [0.001], seeds: [1000] }),
    expected: /smoke chooses learning rates, but holds nothing out: set validation/,
  },
  {
    what: "a part whose data lacks what a model has to know",
    run: () => configOf({ ...studies.smoke.parts[0]!, data: { samples: "100" } as never }, "gru", 0.001),
    expected: /data of smoke\.samples is "100", expected number/,
  },
  {
    what: "test lengths that a task hasn't, before it trains",
    run: () => {
      const part = partOf(studies.long, "long-associative-recall");
      const task = { ...part.task, bits: 1, vectors: 2, lengths: [2, 4] as [number, number] } as typeof part.task;
      configOf({ ...part, task, test: { lengths: [4, 8], sequences: 5 } }, "ntm", 0.001);
    },
    expected: /test\.lengths: associative-recall: length is 8, expected a whole number from 2 to 4/,
  },
  {
    what: "n-grams shorter than n",
    run: () => makeTask({ task: "ngrams", n: 6, lengths: [3, 10] }),
    expected: /ngrams: length is 3, expected a whole number from 6 to/,
  },
  {
    what: "a model that can't answer at every step of a task",
    run: () => taskModel(makeTask({ task: "copy" }), { kind: "mlp", hidden: [4] } as never),
    expected: /a model of kind "mlp" can't answer a task at every step, expected gru, lstm, ntm, dnc, lie-access/,
  },
  {
    what: "a task's config in place of the task",
    run: () => taskModel({ task: "copy" } as never, { kind: "lstm", hidden: 4 }),
    expected: /task is \{"task":"copy"\}, expected one: makeTask\(config\) makes it/,
  },
  {
    what: "an own shift whose maker gives nothing",
    run: () => shiftOf(registerShift("nothing", {}, (() => undefined) as never)({})),
    expected: /shift "nothing": what makes it gives undefined, expected a shift with offsets and kernel/,
  },
  {
    what: "an own task whose maker gives nothing",
    run: () => makeTask(registerTask("nothing", {}, (() => undefined) as never)({})),
    expected: /task is undefined, expected one/,
  },
  {
    what: "test lengths that don't rise: the first is the one that a comparison asks for",
    run: () => {
      const part = partOf(studies.long, "long-copy");
      configOf({ ...part, test: { ...part.test, lengths: [40, 20] } }, "ntm", 0.001);
    },
    expected: /test\.lengths is \[40,20\], expected rising lengths/,
  },
  {
    what: "an unknown trained model",
    run: () => keptSpec("../../etc"),
    expected: /model is "\.\.\/\.\.\/etc", expected one of/,
  },
  {
    what: "no models",
    run: () => chosen(studies.smoke, { models: [] }),
    expected: /models is empty, expected some of/,
  },
];

import { scan } from "../../src/capture.js";
import { RandomState } from "../../src/dataset/index.js";
import { progress } from "../../src/display/index.js";
import { address, circularConvolution, discrete, gaussian, mixture, shiftOf } from "../../src/memory/index.js";
import { buildModel, type ModelConfig, runPiece } from "../../src/models/index.js";
import { fromStateDict, modelConfigOf, toStateDict } from "../../src/porting/index.js";
import { wilson } from "../../src/stats/index.js";
import { studies } from "../../src/studies/index.js";
import {
  compare,
  compareModels,
  makeRuns,
  RecordStore,
  recordsOf,
  study,
  summarizeModels,
} from "../../src/study/index.js";
import { makeTask, taskBatch } from "../../src/tasks/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import {
  adam,
  captureTraining,
  clipByGlobalNorm,
  clipByRunningNorm,
  clipByValue,
  cosine,
  evaluate,
  evaluateTask,
  firstRows,
  rmsprop,
  type Trainer,
  taskTrainer,
  tensorboardLog,
  train,
  trainingSet,
  trainTask,
} from "../../src/training/index.js";
import type { Row } from "./row.js";

const set = trainingSet(new Float32Array(24).fill(0.5), [0, 1, 0, 1, 0, 1], [4]);
const mlp = () => buildModel({ kind: "mlp", features: 4, hidden: [3], classes: 2 }, 1);
const memory: ModelConfig = {
  kind: "ntm",
  features: 1,
  hidden: 2,
  slots: 4,
  width: 2,
  shift: { kind: "discrete", offsets: [1, 0, -1] },
  initial: { memory: "zero", readWeights: "uniform", writeWeights: "uniform" } as never,
  classes: 2,
};
const task = makeTask({ task: "copy", bits: 2, lengths: [1, 2] });
const taskOptions = { sequences: 4, batch: 2, learningRate: 0.01, seed: 1 };

/** Made when the first row needs it. */
let made: Promise<Trainer> | undefined;
const trainer = () => {
  made ??= captureTraining(mlp(), { compile: "graph" });
  return made;
};

let madeForTask: Promise<Trainer> | undefined;
const taskTrainerOnce = () => {
  madeForTask ??= taskTrainer({ config: { kind: "gru", hidden: 3 }, seed: 1 }, task);
  return madeForTask;
};

const trains = (what: string, expected: RegExp, change: object, of: unknown = set): Row => ({
  what: `training with ${what}`,
  run: async () =>
    train(await trainer(), of as never, {
      epochs: 1,
      batchSize: 2,
      learningRate: 0.01,
      order: new RandomState(0),
      ...(change as object),
    }),
  expected,
});

const captures = (what: string, expected: RegExp, options: unknown): Row => ({
  what: `capturing a training with ${what}`,
  run: () => captureTraining(mlp(), options as never),
  expected,
});

const onTask = (what: string, expected: RegExp, change: object, of: unknown = task): Row => ({
  what: `training on a task with ${what}`,
  run: async () => trainTask(await taskTrainerOnce(), of as never, { ...taskOptions, ...(change as object) }),
  expected,
});

const dict = (what: string, expected: RegExp, change: (dict: Record<string, unknown>) => unknown): Row => ({
  what: `a state_dict ${what}`,
  run: () => {
    const model = mlp();
    return fromStateDict(model, change({ ...toStateDict(model) }) as never);
  },
  expected,
});

const simple = (what: string, run: () => unknown, expected: RegExp): Row => ({ what, run, expected });

/** A shift config inside a shift config, and so on. */
function nested(depth: number): never {
  let config: unknown = { kind: "discrete", offsets: [0] };
  for (let i = 0; i < depth; i++) config = { kind: "mixture", of: [config, { kind: "discrete", offsets: [0] }] };
  return config as never;
}

const head = () => ({
  key: tf.zeros([1, 2]),
  strength: tf.ones([1, 1]),
  gate: tf.ones([1, 1]),
  shift: tf.zeros([1, 3]),
  sharpening: tf.ones([1, 1]),
});

/**
 * What isn't even of the right type, at every function that a notebook begins with.
 * @param folder to make folders in
 */
export function entryPointRows(folder: string): Row[] {
  return [
    trains("no order", /train options\.order is missing, expected a RandomState/, { order: undefined }),
    trains("a seed for an order", /train options\.order is 7, expected a RandomState/, { order: 7 }),
    trains("a learning rate that is text", /learningRate is "0\.1", expected a number above 0/, {
      learningRate: "0.1",
    }),
    trains("no learning rate", /learningRate is undefined, expected/, { learningRate: undefined }),
    trains("an augmentation that is a number", /augment is 5, expected a function that \(values, rows\)/, {
      augment: 5,
    }),
    trains("an onEpoch that is text", /onEpoch is "x", expected a function that/, { onEpoch: "x" }),
    trains("a signal that is text", /signal is "stop", expected an AbortSignal/, { signal: "stop" }),
    trains("a folder for TensorBoard that is none", /tensorboard is 3, expected string/, { tensorboard: 3 }),
    trains("a schedule that gives text", /learningRate\(0\), of the schedule, is "0\.1", expected a finite number/, {
      learningRate: () => "0.1",
    }),
    trains("a schedule that gives NaN later", /learningRate\(2\), of the schedule, is NaN, expected/, {
      learningRate: (step: number) => (step === 2 ? Number.NaN : 0.01),
    }),
    trains("a schedule that falls below 0", /learningRate\(0\), of the schedule, is -0\.1, expected/, {
      learningRate: () => -0.1,
    }),
    trains("an augmentation that returns values", /augment returned Float32Array of 1 values, expected nothing/, {
      augment: () => new Float32Array(1),
    }),
    trains("an augmentation that is async", /augment is async, nothing awaits it/, { augment: async () => {} }),
    trains("a set that is a list", /training set is \[1,2\], expected one: trainingSet\(/, {}, [1, 2]),
    trains(
      "a set of float labels",
      /training set: labels is a Float32Array of 1 values, expected an Int32Array: trainingSet\(/,
      {},
      {
        x: Float32Array.of(1),
        labels: Float32Array.of(0),
        shape: [1],
      },
    ),
    trains(
      "a set of plain arrays",
      /training set is \{.*expected one: trainingSet\(/,
      {},
      { x: [1], labels: [0], shape: [1] },
    ),
    simple(
      "training without a trainer",
      () => train(null as never, set, {} as never),
      /trainer is null, expected one: `await/,
    ),
    simple(
      "training by a promise of a trainer",
      () => train(trainer() as never, set, {} as never),
      /trainer is a promise, expected one: `await captureTraining\(model\)`/,
    ),
    simple(
      "training without a set",
      async () => train(await trainer(), undefined as never, {} as never),
      /training set is undefined, expected one: trainingSet\(/,
    ),
    simple(
      "training without options",
      async () => train(await trainer(), set, undefined as never),
      /train options is missing, expected object/,
    ),
    simple(
      "a training set of nothing",
      () => trainingSet(undefined as never, [0], [4]),
      /x is undefined, expected an array/,
    ),
    simple(
      "a training set without labels",
      () => trainingSet([1], null as never, [1]),
      /labels is null, expected an array/,
    ),
    simple(
      "a training set without a shape",
      () => trainingSet([1], [0], undefined as never),
      /shape is undefined, expected/,
    ),
    simple("a training set of text", () => trainingSet("1234" as never, [0], [4]), /x is "1234", expected an array/),
    simple(
      "the first rows of no set",
      () => firstRows(undefined as never, 1),
      /training set is undefined, expected one/,
    ),
    simple(
      "an evaluation without a set",
      async () => evaluate(await trainer(), null as never),
      /training set is null, expected/,
    ),
    simple(
      "an evaluation without a trainer",
      () => evaluate(undefined as never, set),
      /trainer is undefined, expected one/,
    ),
    simple(
      "an evaluation of a task by its name",
      async () => evaluateTask(await trainer(), "copy" as never, 2, 2),
      /task is "copy", expected one: makeTask\(config\)/,
    ),
    simple(
      "a trainer for no task",
      () => taskTrainer({ config: { kind: "gru", hidden: 3 }, seed: 1 }, undefined as never),
      /task is undefined, expected one/,
    ),
    onTask("a stop that is a number", /trainTask options\.stop is 3, expected a function that/, { stop: 3 }),
    onTask("a learning rate that is text", /learningRate is "0\.1", expected/, { learningRate: "0.1" }),
    onTask("its config", /task is \{"task":"copy"\}, expected one: makeTask/, {}, { task: "copy" }),
    onTask("batches of a thousand million", /batch is 1000000000, steps is 6: an array of .* values, expected/, {
      batch: 1e9,
    }),
    simple(
      "a batch of a task of a thousand million",
      () => taskBatch(task, new RandomState(0), { batch: 1e9 }),
      /batch is 1000000000, .*at most 268435456/,
    ),
    simple(
      "a batch of a task in 6.5 steps",
      () => taskBatch({ ...task, steps: () => 6.5 }, new RandomState(0), { batch: 1 }),
      /steps is 6\.5: .*expected whole numbers/,
    ),
    captures(
      "an optimizer by name",
      /captureTraining options\.optimizer is "adam", expected a value such as adam\(\)/,
      {
        optimizer: "adam",
      },
    ),
    captures("a loss by name", /captureTraining options\.loss is "mse", expected a function that/, { loss: "mse" }),
    captures("an unknown mode", /options\.compile is "fast", expected one of "auto", "graph", "xla"/, {
      compile: "fast",
    }),
    captures("an unknown mode of predictions", /compilePredictions is "auto", expected one of "graph", "xla"/, {
      compilePredictions: "auto",
    }),
    captures("options that are a number", /captureTraining options is 3, expected an object/, 3),
    simple(
      "Adam with betas as PyTorch has them",
      () => adam({ betas: [0.9, 0.99] } as never),
      /adam has the unknown key betas/,
    ),
    simple("Adam with a negative epsilon", () => adam({ epsilon: -1 }), /adam\.epsilon is -1, expected at least 0/),
    simple(
      "Adam with a decay that is NaN",
      () => adam({ weightDecay: Number.NaN }),
      /adam\.weightDecay is NaN, expected/,
    ),
    simple(
      "RMSProp with a decay of 2",
      () => rmsprop({ decay: 2 }),
      /rmsprop\.decay is 2, expected a number of at least 0 and less than 1/,
    ),
    simple(
      "RMSProp with an epsilon of 0",
      () => rmsprop({ epsilon: 0 }),
      /rmsprop\.epsilon is 0, expected more than 0/,
    ),
    simple(
      "clipping what is no optimizer",
      () => clipByGlobalNorm("adam" as never, 1),
      /optimizer is "adam", expected one/,
    ),
    simple(
      "clipping no optimizer by its running norm",
      () => clipByRunningNorm({} as never, 2),
      /optimizer is \{\}, expected one/,
    ),
    simple(
      "clipping below the running norm, so that nothing is left soon",
      () => clipByRunningNorm(adam(), 0.5),
      /factor is 0\.5, expected a number of at least 1/,
    ),
    simple(
      "a running norm that never forgets",
      () => clipByRunningNorm(adam(), 2, { decay: 1 }),
      /clipByRunningNorm\.decay is 1, expected a number of at least 0 and less than 1/,
    ),
    simple(
      "clipping no optimizer by value",
      () => clipByValue(undefined as never, 1),
      /optimizer is undefined, expected one/,
    ),
    simple(
      "a cosine whose warm-up is longer than it",
      () => cosine({ peak: 0.1, steps: 10, warmup: 11 }),
      /warmup is 11, expected a whole number from 0 to 10/,
    ),
    simple(
      "a Gaussian shift with no floor",
      () => gaussian({ sigmaFloor: 0 }),
      /sigmaFloor is 0, expected more than 0/,
    ),
    simple(
      "a Gaussian shift with a floor of NaN",
      () => gaussian({ sigmaFloor: Number.NaN }),
      /sigmaFloor is NaN, expected/,
    ),
    simple("a mixture of no shifts", () => mixture([]), /mixture: shifts is \[\], expected a list of at least two/),
    simple(
      "a mixture of shifts' names",
      () => mixture(["gaussian", "discrete"] as never),
      /mixture: shifts\[0\] is "gaussian", expected a shift/,
    ),
    simple(
      "a shift config nested 3,000 deep",
      () => shiftOf(nested(3000)),
      /shift config is nested too deeply: make it flatter/,
    ),
    simple(
      "a model config with a shift nested 3,000 deep",
      () => buildModel({ ...memory, shift: nested(3000) } as never, 0),
      /model config is nested too deeply/,
    ),
    simple(
      "a convolution with a kernel of another size",
      () => circularConvolution(tf.ones([2, 5]), tf.ones([2, 2]), [1, 0, -1]),
      /circularConvolution: kernel is \[2,2\] for 3 offsets and weights \[2,5\], expected \[2,3\]/,
    ),
    simple(
      "a convolution with a kernel of another batch",
      () => circularConvolution(tf.ones([2, 5]), tf.ones([3, 3]), [1, 0, -1]),
      /kernel is \[3,3\] .*expected \[2,3\]/,
    ),
    simple(
      "addressing a memory of another width",
      () => address(tf.zeros([1, 4, 3]), tf.zeros([1, 4]), head() as never, discrete()),
      /address: memory is \[1,4,3\], previous \[1,4\], key \[1,2\], expected \[batch, slots, width\]/,
    ),
    simple(
      "addressing a memory of other slots",
      () => address(tf.zeros([1, 5, 2]), tf.zeros([1, 4]), head() as never, discrete()),
      /address: memory is \[1,5,2\], previous \[1,4\]/,
    ),
    simple(
      "a loop over a number",
      () => scan(3 as never, {}, tf.zeros([1, 2, 1])),
      /scan: the cell is 3, expected a function of one step/,
    ),
    simple(
      "a loop from no state",
      () => scan((state) => ({ state }), null as never, tf.zeros([1, 2, 1])),
      /scan: the initial state is null, expected tensors by name/,
    ),
    simple(
      "a loop from a list",
      () => scan((state) => ({ state }), [tf.zeros([1, 2])] as never, tf.zeros([1, 2, 1])),
      /scan: the initial state is .*, expected tensors by name, e\.g\. \{ hidden \}/,
    ),
    simple(
      "a loop from numbers",
      () => scan((state) => ({ state }), { h: 3 } as never, tf.zeros([1, 2, 1])),
      /scan: the initial state's h is 3, expected a tensor/,
    ),
    simple(
      "a loop over no tensor",
      () => scan((state) => ({ state }), {}, [1] as never),
      /scan: the inputs are \[1\], expected/,
    ),
    simple("a piece of nothing", () => runPiece(gru(), null as never), /x is null, expected a tensor/),
    simple(
      "a piece for no model",
      () => runPiece(null as never, tf.zeros([1, 1, 1])),
      /model is null, expected a tf\.LayersModel/,
    ),
    simple(
      "a comparison of nothing",
      () => compareModels(null as never),
      /records is null, expected a list of run records/,
    ),
    simple(
      "the comparisons of another study",
      () => compare(studies.rates, recordsOf(studies.reach)),
      /^a record is of "reach-jump-recall", expected runs of study rates: rates-jump-recall, rates-strided-reverse$/,
    ),
    simple(
      "comparisons of no study",
      () => compare("published" as never, []),
      /^study is "published", expected a value/,
    ),
    simple(
      "comparisons of no list",
      () => compare(studies.reach, 3 as never),
      /^records is 3, expected a list of runs/,
    ),
    simple(
      "records of a folder",
      () => recordsOf(studies.reach, "runs" as never),
      /^store is "runs", expected a store of records, e\.g\. new records\.RecordStore\(folder\)$/,
    ),
    simple("a comparison of numbers", () => compareModels([1] as never), /records\[0\] is 1, expected a run record/),
    simple("a summary of nothing", () => summarizeModels(undefined as never), /records is undefined, expected a list/),
    simple(
      "records in no folder",
      () => new RecordStore(undefined as never),
      /folder of the records is undefined, expected a path/,
    ),
    simple(
      "runs in random order",
      () => makeRuns([], new RecordStore(folder), { order: "random" as never }),
      /study options\.order is "random", expected one of "by-model", "as-planned"/,
    ),
    simple(
      "a study by its name",
      () => study("smoke" as never),
      /study is "smoke", expected a value with name, question/,
    ),
    simple(
      "runs into a folder's name",
      () => makeRuns([], folder as never),
      /store is ".*", expected a store of records/,
    ),
    simple(
      "the share of the right ones for their number",
      () => wilson(0.5, 8),
      /correct is 0\.5 of 8, expected how many/,
    ),
    simple("an interval at level 95", () => wilson(5, 8, 95), /level is 95, expected more than 0 and less than 1/),
    simple("the config of no model", () => modelConfigOf(null as never), /model is null, expected a tf\.LayersModel/),
    simple(
      "a state_dict that is null",
      () => fromStateDict(mlp(), null as never),
      /the state_dict is null, expected tensors/,
    ),
    simple(
      "a state_dict for no model",
      () => fromStateDict(null as never, {}),
      /model is null, expected a tf\.LayersModel/,
    ),
    dict("with NaN", /0\.weight has NaN as its value 3, expected finite numbers/, (all) => {
      const { shape, data } = all["0.weight"] as { shape: number[]; data: Float32Array };
      return { ...all, "0.weight": { shape, data: data.map((value, i) => (i === 3 ? Number.NaN : value)) } };
    }),
    dict("with plain arrays", /0\.bias is \[1,2,3\], expected \{ shape, data \}/, (all) => ({
      ...all,
      "0.bias": [1, 2, 3],
    })),
    simple("progress of -1", () => progress("x", { total: -1 }), /progress options\.total is -1, expected at least 0/),
    simple(
      "curves in no folder",
      () => tensorboardLog(undefined as never),
      /TensorBoard's folder is undefined, expected a path/,
    ),
    simple(
      "a curve's point at NaN",
      () => tensorboardLog(folder).write(Number.NaN, { a: 1 }),
      /step of a TensorBoard point is NaN, expected a whole number of at least 0/,
    ),
    simple(
      "a curve's point that is text",
      () => tensorboardLog(folder).write(1, { a: "1" } as never),
      /TensorBoard's value of "a" is "1", expected a number/,
    ),
  ];
}

function gru() {
  return buildModel({ kind: "gru", features: 1, hidden: 2, classes: 2 }, 1);
}

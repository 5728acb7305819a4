import { capture } from "../../src/capture.js";
import { cut, makeMnist1d, RandomState, sampleRow, stride } from "../../src/dataset/index.js";
import { buildModel, runPiece } from "../../src/models/index.js";
import { bootstrapMean, signFlip, wilson } from "../../src/stats/index.js";
import { publishedModels } from "../../src/studies/index.js";
import { makeTask } from "../../src/tasks/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import {
  adam,
  captureTraining,
  clipByGlobalNorm,
  clipByValue,
  evaluate,
  evaluateTask,
  firstRows,
  type TrainingSet,
  type TrainOptions,
  taskTrainer,
  train,
  trainingSet,
  trainTask,
} from "../../src/training/index.js";
import type { Row } from "./row.js";

const mlp = { kind: "mlp", features: 4, hidden: [3], classes: 2 } as const;
const good = trainingSet(new Float32Array(24).fill(0.5), [0, 1, 0, 1, 0, 1], [4]);
const options = (): TrainOptions => ({ epochs: 1, batchSize: 2, learningRate: 0.01, order: new RandomState(0) });

/** What a small trainer does with a set. */
const trains = (what: string, expected: RegExp, change: Partial<TrainOptions>, set: TrainingSet = good): Row => ({
  what: `training with ${what}`,
  run: async () => {
    const trainer = await captureTraining(buildModel({ ...mlp, hidden: [3] }, 1));
    try {
      return await train(trainer, set, { ...options(), ...change });
    } finally {
      trainer.dispose();
    }
  },
  expected,
});

const task = makeTask({ task: "copy", bits: 2, lengths: [1, 2] });
const onTask = (
  what: string,
  expected: RegExp,
  work: (trainer: Awaited<ReturnType<typeof taskTrainer>>) => unknown,
): Row => ({
  what: `a task ${what}`,
  run: async () => work(await taskTrainer({ config: { kind: "gru", hidden: 3 }, seed: 1 }, task)),
  expected,
});
const taskOptions = { sequences: 4, batch: 2, learningRate: 0.01, seed: 1 };

export const dataRows: Row[] = [
  {
    what: "a training set without samples",
    run: () => trainingSet([], [], [4]),
    expected: /training set: it has no samples/,
  },
  {
    what: "a training set of another size",
    run: () => trainingSet([1, 2, 3], [0, 1], [4]),
    expected: /3 values for 2 labels of shape \[4\], expected 8/,
  },
  {
    what: "a training set with NaN",
    run: () => trainingSet([0, 1, Number.NaN, 3], [0], [4]),
    expected: /value 2 of sample 0 is NaN, expected a finite number/,
  },
  {
    what: "a training set with infinity",
    run: () => trainingSet([0, 1, 2, 3, 0, 1, 2, -1 / 0], [0, 1], [4]),
    expected: /value 3 of sample 1 is -Infinity/,
  },
  {
    what: "a training set with a value beyond float32",
    run: () => trainingSet([0, 1, 1e300, 3], [0], [4]),
    expected: /value 2 of sample 0 is 1e\+300/,
  },
  {
    what: "a training set with a value that is text",
    run: () => trainingSet(["0", 1, "x", 3] as never, [0], [4]),
    expected: /value 0 of sample 0 is "0"/,
  },
  {
    what: "a training set with the label -1",
    run: () => trainingSet([0, 1, 2, 3], [-1], [4]),
    expected: /label 0 is -1, expected a whole number from 0/,
  },
  {
    what: "a training set with the label 0.5",
    run: () => trainingSet([0, 1, 2, 3], [0.5], [4]),
    expected: /label 0 is 0\.5, expected a whole number/,
  },
  {
    what: "a training set with a negative shape",
    run: () => trainingSet([0, 1, 2, 3], [0], [-2, -2]),
    expected: /shape is \[-2,-2\], expected/,
  },
  {
    what: "more rows than there are",
    run: () => firstRows(good, 7),
    expected: /7 samples are asked for, the set has 6|rows is 7/,
  },
  {
    what: "-1 rows",
    run: () => firstRows(good, -1),
    expected: /rows is -1, expected a whole number from 1 to 6|-1 samples/,
  },
  {
    what: "a cut behind the end",
    run: () => cut(makeMnist1d({ samples: 20 }).train, 17),
    expected: /rows is 17, expected a whole number from 0 to 16/,
  },
  {
    what: "a cut at NaN",
    run: () => cut(makeMnist1d({ samples: 20 }).train, Number.NaN),
    expected: /rows is NaN, expected/,
  },
  {
    what: "sample -1",
    run: () => sampleRow(makeMnist1d({ samples: 20 }).train, -1),
    expected: /sample is -1, expected a whole number from 0 to 15/,
  },
  {
    what: "a stride of 0",
    run: () => stride(makeMnist1d({ samples: 20 }), 0),
    expected: /stride is 0, expected a whole number from 1 to 40/,
  },
  trains("-1 epochs", /epochs is -1, expected a whole number of at least 1/, { epochs: -1 }),
  trains("1.5 epochs", /epochs is 1\.5, expected a whole number/, { epochs: 1.5 }),
  trains("batches of 0", /batchSize is 0, expected a whole number from 1 to 6/, { batchSize: 0 }),
  trains("batches larger than the data", /batchSize is 7, expected a whole number from 1 to 6/, { batchSize: 7 }),
  trains("a learning rate of -0.1", /learningRate is -0\.1, expected more than 0/, { learningRate: -0.1 }),
  trains("a learning rate that is NaN", /learningRate is NaN, expected more than 0/, { learningRate: Number.NaN }),
  trains(
    "a label that the model has no class for",
    /label 5 is 2, expected a whole number from 0 to 1/,
    {},
    trainingSet(good.x, [0, 1, 0, 1, 0, 2], [4]),
  ),
  trains(
    "samples of another shape",
    /samples are \[2,2\], .* reads \[4\]/,
    {},
    trainingSet(good.x, good.labels, [2, 2]),
  ),
  trains(
    "a NaN put into a set behind its back",
    /the first bad tensor is the input, NaN/,
    {},
    { ...good, x: good.x.map((v, i) => (i === 9 ? Number.NaN : v)) },
  ),
  {
    what: "an evaluation on labels that the model has no class for",
    run: async () =>
      evaluate(
        await captureTraining(buildModel({ ...mlp, hidden: [3] }, 1)),
        trainingSet(good.x, [0, 1, 9, 1, 0, 1], [4]),
      ),
    expected: /label 2 is 9, expected a whole number from 0 to 1/,
  },
  {
    what: "a training step of a config instead of a model",
    run: () => captureTraining({ kind: "gru", hidden: 3 } as never),
    expected: /model is \{"kind":"gru","hidden":3\}, expected a tf\.LayersModel: /,
  },
  {
    what: "a training step on a task of a config instead of a model",
    run: () => taskTrainer({ kind: "gru", hidden: 3 } as never, task),
    expected: /model is \{"kind":"gru","hidden":3\}, expected a tf\.LayersModel: /,
  },
  { what: "clipping at -1", run: () => clipByGlobalNorm(adam(), -1), expected: /maxNorm is -1, expected more than 0/ },
  {
    what: "clipping at NaN",
    run: () => clipByValue(adam(), Number.NaN),
    expected: /limit is NaN, expected more than 0/,
  },
  { what: "Adam with a beta of 1", run: () => adam({ beta2: 1 }), expected: /beta2 is 1, expected/ },
  onTask("trained in batches of 0", /batch is 0, expected a whole number/, (t) =>
    trainTask(t, task, { ...taskOptions, batch: 0 }),
  ),
  onTask("trained on -1 sequences", /sequences is -1, expected more than 0/, (t) =>
    trainTask(t, task, { ...taskOptions, sequences: -1 }),
  ),
  onTask("trained with a seed of 1.5", /seed is 1\.5, expected/, (t) =>
    trainTask(t, task, { ...taskOptions, seed: 1.5 }),
  ),
  onTask("trained with a learning rate of 0", /learningRate is 0, expected more than 0/, (t) =>
    trainTask(t, task, { ...taskOptions, learningRate: 0 }),
  ),
  onTask("trained on lengths backwards", /lengths is \[3,1\], expected/, (t) =>
    trainTask(t, { ...task, lengths: [3, 1] }, taskOptions),
  ),
  onTask("tested at length 0", /length is 0, expected a whole number/, (t) => evaluateTask(t, task, 0, 2)),
  onTask("tested on 0 sequences", /sequences is 0, expected a whole number/, (t) => evaluateTask(t, task, 2, 0)),
  onTask("tested in batches of 0", /batch is 0, expected a whole number/, (t) =>
    evaluateTask(t, task, 2, 2, { batch: 0 }),
  ),
  {
    what: "a task for a model of other inputs",
    run: () => taskTrainer(buildModel({ kind: "gru", features: 9, hidden: 2, classes: 2, answers: "every" }, 1), task),
    expected: /has inputs \[,,9\].* make its config by taskModel/,
  },
  { what: "capturing what is no function", run: () => capture("f" as never, []), expected: /"f", expected a function/ },
  {
    what: "capturing for a number",
    run: () => capture((x) => x, [3 as never]),
    expected: /input 0 is 3, expected a tensor/,
  },
  {
    what: "capturing what returns a number",
    run: () => capture(() => 3 as never, []),
    expected: /output 0 of the function is 3, expected a tensor/,
  },
  {
    what: "capturing in an unknown mode",
    run: () => capture((x) => tf.add(x, 1), [tf.scalar(1)], { compile: "fast" as never }),
    expected: /compile is "fast", expected/,
  },
  {
    what: "a captured function called with another shape",
    run: async () => (await capture((x) => tf.add(x, 1), [tf.zeros([2])]))(tf.zeros([3])),
    expected: /input 0 is float32 \[3\], it was captured with float32 \[2\]/,
  },
  {
    what: "a piece of a sequence of other features",
    run: () => runPiece(buildModel(publishedModels.gru, 0), tf.zeros([1, 3, 2])),
    expected: /x is \[1,3,2\], .*\[batch, steps, 1\]/,
  },
  { what: "an accuracy of 9 out of 8", run: () => wilson(9, 8), expected: /correct is 9 of 8/ },
  { what: "a bootstrap over NaN", run: () => bootstrapMean([1, Number.NaN]), expected: /value 2 of 2 is NaN/ },
  {
    what: "signs of half a sample",
    run: () => signFlip([0.5]),
    expected: /difference is 0\.5, expected whole numbers/,
  },
];

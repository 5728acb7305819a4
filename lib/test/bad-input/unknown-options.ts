import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Tensor } from "@tensorflow/tfjs-node";
import { capture, scan } from "../../src/capture.js";
import * as dataset from "../../src/dataset/index.js";
import * as display from "../../src/display/index.js";
import * as figures from "../../src/figures/index.js";
import { discrete, gaussian } from "../../src/memory/index.js";
import { buildModel, ntm } from "../../src/models/index.js";
import * as porting from "../../src/porting/index.js";
import { bootstrapMean } from "../../src/stats/index.js";
import { studies } from "../../src/studies/index.js";
import { chosen, compareModels, makeRuns, RecordStore, Runner, study } from "../../src/study/index.js";
import { makeTask, taskBatch } from "../../src/tasks/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import * as training from "../../src/training/index.js";
import { madeUpRecords } from "../figures/records.js";
import { madeUpWalks } from "../figures/walks.js";
import { madeUpSound } from "../study/records.js";
import { madeUpTasks } from "../study/tasks/made-up.js";
import type { Row } from "./row.js";

const mlp = () => buildModel({ kind: "mlp", features: 2, hidden: [3], classes: 2 }, 1);
const task = makeTask({ task: "copy", bits: 2, lengths: [1, 2] });
const gru = { config: { kind: "gru", hidden: 3 }, seed: 1 } as const;
const heads = [{ head: "read", step: 0, slot: 0, weight: 1 }];
const trace = { task: "copy", length: 1, inputs: [[0]], targets: [null], outputs: [[0]], heads: [] };
const signal = [0, 1, 2];
const records = madeUpRecords();
const sound = ["gru", "ntm", "ntm-learned", "dms-periodic"].flatMap((name) =>
  [0, 1, 2].map((seed) => madeUpSound(name, seed)),
);
const onTasks = madeUpTasks("range-copy", { ntm: [0.01, 1, 9] });

/** Does something with a trainer of a task, which is freed. */
async function withTrainer(work: (trainer: training.Trainer) => unknown): Promise<void> {
  const trainer = await training.taskTrainer(gru, task);
  try {
    await work(trainer);
  } finally {
    trainer.dispose();
  }
}

/**
 * A call of every public function that takes options, with options of any kind; api-docs.test.ts looks whether one is
 * missing.
 *
 * @param folder for files
 */
export const takingOptions = (folder: string): Record<string, (options: never) => unknown> => ({
  accuracyCurves: (options) => figures.accuracyCurves(records, options),
  accuracyStrip: (options) => figures.accuracyStrip(records, {}, options),
  adam: training.adam,
  addressingExamples: figures.addressingExamples,
  addressingWalkFigure: (options) => figures.addressingWalkFigure(madeUpWalks(), options),
  augmentation: (config) => training.augmentation(config, new dataset.RandomState(0)),
  bootstrapMean: (options) => bootstrapMean([1, 2], options),
  capture: (options) => capture((x: Tensor) => x, [tf.zeros([2])], options),
  captureTraining: (options) => training.captureTraining(mlp(), options),
  chosen: (options) => chosen(studies.smoke, options),
  classMeans: (options) => figures.classMeans([{ digit: 1, values: signal }], options),
  clipByRunningNorm: (options) => training.clipByRunningNorm(training.adam(), 2, options as object),
  cosine: (options) => training.cosine(options as Parameters<typeof training.cosine>[0]),
  costByLength: (options) => figures.costByLength([{ model: "ntm", seed: 0, length: 1, cost: 1 }], options),
  costCurves: (options) => figures.costCurves([{ model: "ntm", seed: 0, curve: [] }], options),
  differenceForest: (options) => figures.differenceForest(compareModels(sound), options),
  digitsByLength: (options) => figures.digitsByLength(onTasks, options),
  discrete,
  ensureMnist1d: (options) => dataset.ensureMnist1d(folder, options),
  evaluateTask: (options) => withTrainer((trainer) => training.evaluateTask(trainer, task, 1, 1, options)),
  focusEnds: (options) => figures.focusEnds(onTasks, "sigma", options),
  fromStateDict: (options) => porting.fromStateDict(mlp(), porting.toStateDict(mlp()), options),
  gaussian,
  headPaths: (options) => figures.headPaths([{ head: "read", step: 0, x: 0, y: 0 }], options),
  keptModel: (options) => display.keptModel("ntm", options),
  keptModels: (options) => display.keptModels(["ntm"], options),
  keptOnTask: (options) => display.keptOnTask("copy-ntm-paper", options),
  kernelExplorer: figures.kernelExplorer,
  loadMnist1d: (options) => dataset.loadMnist1d(folder, options),
  loadSafetensors: (options) => {
    mkdirSync(folder, { recursive: true });
    porting.saveSafetensors(join(folder, "x.safetensors"), mlp());
    return porting.loadSafetensors(join(folder, "x.safetensors"), mlp(), options);
  },
  lossComparison: (options) => figures.lossComparison(records, options),
  makeMnist1d: dataset.makeMnist1d,
  makeRuns: (options) => makeRuns([], new RecordStore(folder), options),
  mnist1dFile: (options) => dataset.mnist1dFile(folder, options),
  mnist1dName: dataset.mnist1dName,
  ntm,
  progress: (options) => display.progress("x", options),
  rangeCosts: (options) => figures.rangeCosts(onTasks, options),
  rankDiagram: (options) => figures.rankDiagram(sound, options),
  renderPng: (options) => figures.renderPng(figures.addressingExamples(), options),
  renderSvg: (options) => figures.renderSvg(figures.addressingExamples(), options),
  rmsprop: training.rmsprop,
  saveSafetensors: (options) => porting.saveSafetensors(join(folder, "y.safetensors"), mlp(), options),
  scan: (options) => scan((state) => ({ state }), {}, tf.zeros([1, 2, 1]), options),
  searchScatter: (options) => figures.searchScatter(records, options),
  sgd: training.sgd,
  shiftKernel: (options) =>
    figures.shiftKernel({ slots: 3, delta: 0, sigma: 1, form: "periodic", ...(options as object) }),
  shiftShares: (options) => figures.shiftShares([{ head: "read", step: 0, component: "a", share: 1 }], options),
  showTable: (options) => display.showTable([{ a: 1 }], options),
  signalGrid: (options) => figures.signalGrid([{ panel: "a", values: signal }], options),
  signalOverlay: (options) => figures.signalOverlay(signal, options),
  study: (options) => study(studies.smoke, { ...(options as object), store: new RecordStore(folder) }),
  taskBatch: (options) => taskBatch(task, new dataset.RandomState(0), { batch: 1, ...(options as object) }),
  taskOutcomes: (options) => figures.taskOutcomes(onTasks, options),
  taskTrace: (options) => figures.taskTrace(trace, options),
  taskTrainer: (options) => training.taskTrainer(gru, task, options),
  toStateDict: (options) => porting.toStateDict(mlp(), options),
  traceSample: (options) => dataset.traceSample(1, options, new dataset.RandomState(0)),
  traceTask: (options) => display.traceTask(buildModel(training.taskModel(task, gru.config), 1), task, 1, options),
  train: (options) => {
    const [set, order] = [training.trainingSet(new Float32Array(4), [0, 1], [2]), new dataset.RandomState(0)];
    const given = { epochs: 1, batchSize: 1, learningRate: 1, order, ...(options as object) };
    return withTrainer((trainer) => training.train(trainer, set, given));
  },
  trainMissing: (options) => display.trainMissing(studies.smoke, options),
  trainTask: (options) => withTrainer((trainer) => training.trainTask(trainer, task, options)),
  weightsComparison: (options) => figures.weightsComparison(madeUpWalks(), options),
  weightsHeatmap: (options) => figures.weightsHeatmap(heads, options),
});

/** @param folder for files */
export function unknownOptionRows(folder: string): Row[] {
  const others: Record<string, (options: never) => unknown> = {
    "a table's column": (column) => display.showTable([{ a: 1 }], { columns: { a: column } }),
    "Runner.run": (options) => {
      const [part] = studies.smoke.parts;
      const config = { model: part!.models.mlp };
      return new Runner().run({ protocol: "x", name: "mlp", seed: 0, config } as never, options);
    },
  };
  return Object.entries({ ...takingOptions(folder), ...others }).map(([name, call]) => ({
    what: `an unknown option of ${name}`,
    run: () => call({ tittle: 3 } as never),
    expected: name === "capture" ? /expected no other keys than compile, seed/ : /has the unknown keys? .*tittle/,
  }));
}

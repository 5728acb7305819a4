import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tensor } from "@tensorflow/tfjs-node";
import { capture } from "../../src/capture.js";
import { makeMnist1d } from "../../src/dataset/index.js";
import { discrete, gaussian, mixture, shiftOf } from "../../src/memory/index.js";
import { buildModel, ntm } from "../../src/models/index.js";
import {
  decodeSafetensors,
  encodeSafetensors,
  fromStateDict,
  loadSafetensors,
  saveSafetensors,
  toStateDict,
} from "../../src/porting/index.js";
import { publishedModels } from "../../src/studies/index.js";
import { inputsOf } from "../../src/study/index.js";
import { makeTask } from "../../src/tasks/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { captureTraining, evaluateTask, type Trainer, taskTrainer, trainTask } from "../../src/training/index.js";
import type { Ended, Row } from "./row.js";

const row = (what: string, run: () => unknown, expected: RegExp): Row => ({ what, run, expected });

const shifts: Row[] = [
  row(
    "a Gaussian shift of a number",
    () => gaussian(2 as never),
    /gaussian: options are 2, expected an object such as \{ /,
  ),
  row("a Gaussian shift of null", () => gaussian(null as never), /gaussian: options are null, expected an object/),
  row(
    "a Gaussian shift of a negative width",
    () => gaussian({ sigmaInit: -1 }),
    /gaussian shift\.sigmaInit is -1, expected more than 0/,
  ),
  row(
    "a Gaussian shift narrower than its floor",
    () => gaussian({ sigmaInit: 0.05 }),
    /gaussian shift\.sigmaInit is 0\.05, expected more than sigmaFloor/,
  ),
  row(
    "a Gaussian shift fixed at no width",
    () => gaussian({ sigma: "fixed" }),
    /sigmaInit is missing, expected the width that sigma is fixed at/,
  ),
  row(
    "a discrete shift of bare offsets",
    () => discrete([2, 0] as never),
    /discrete: options are \[2,0\], expected an object such as \{ offsets: \[1, 0, -1\] \}/,
  ),
  row(
    "a discrete shift of no offset",
    () => discrete({ offsets: [] }),
    /discrete shift\.offsets is \[\], expected at least 1/,
  ),
  row(
    "a discrete shift with an offset twice",
    () => discrete({ offsets: [1, 1] }),
    /discrete shift\.offsets is \[1,1\], expected each offset once/,
  ),
  row(
    "a config of a discrete shift with an offset twice",
    () => shiftOf({ kind: "discrete", offsets: [0, 1, 0] }),
    /shift config\.offsets is \[0,1,0\], expected each offset once/,
  ),
  row(
    "a mixture of shifts that are no list",
    () => (mixture as (...shifts: unknown[]) => unknown)(gaussian(), discrete()),
    /mixture: shifts is \{.*expected a list of at least two, e\.g\. \[gaussian\(\), discrete\(\)\]/,
  ),
  row("a mixture of one shift", () => mixture([gaussian()]), /mixture: shifts is \[.*expected a list of at least two/),
  row(
    "a mixture of configs",
    () => mixture([{ kind: "gaussian" }, { kind: "gaussian" }] as never),
    /shifts\[0\] is \{"kind":"gaussian"\}/,
  ),
];

const models: Row[] = [
  row(
    "a memory model of null",
    () => ntm(null as never),
    /ntm: options are null, expected an object such as \{ shift: gaussian\(\) \}/,
  ),
  row("a memory model of a seed alone", () => ntm(7 as never), /ntm: options are 7, expected an object/),
  row(
    "a memory model with a shift by its name",
    () => ntm({ shift: "gaussian" as never }),
    /ntm: shift is "gaussian", expected a shift such as gaussian\(\), or its config/,
  ),
  row(
    "a memory model with a number for a shift",
    () => ntm({ shift: 3 as never }),
    /ntm: shift is 3, expected a shift such as gaussian/,
  ),
  row(
    "a memory model with a shift that isn't called",
    () => ntm({ shift: gaussian as never }),
    /ntm: shift is a function, expected a shift such as/,
  ),
  row(
    "a memory model with a list of shifts",
    () => ntm({ shift: [gaussian(), gaussian()] as never }),
    /ntm: shift is \[.*expected one shift, or \{ read, write \}/,
  ),
];

const mlp = () => buildModel({ kind: "mlp", features: 2, hidden: [3], classes: 2 }, 1);
const path = join(tmpdir(), "no", "weights.safetensors");

const porting: Row[] = [
  row(
    "weights saved the other way round",
    () => (saveSafetensors as (...a: unknown[]) => void)(mlp(), path),
    /path is a model, expected that of a file: saveSafetensors\(path, model\)/,
  ),
  row(
    "weights saved of a config",
    () => saveSafetensors(path, { kind: "mlp" } as never),
    /model is \{"kind":"mlp"\}, expected a tf\.LayersModel: buildModel/,
  ),
  row(
    "weights saved of nothing",
    () => saveSafetensors(path, undefined as never),
    /model is undefined, expected a tf\.LayersModel/,
  ),
  row(
    "weights loaded from a model",
    () => loadSafetensors(mlp() as never),
    /path is a model, expected that of a file: loadSafetensors\(path, model\)/,
  ),
  row(
    "a state_dict of nothing",
    () => (toStateDict as () => unknown)(),
    /model is undefined, expected a tf\.LayersModel/,
  ),
  row(
    "a state_dict of a config",
    () => toStateDict({ kind: "gru" } as never),
    /model is \{"kind":"gru"\}, expected a tf\.LayersModel/,
  ),
  row(
    "a state_dict with a function for options",
    () => toStateDict(mlp(), ((name: string) => name) as never),
    /name options is a function, expected object/,
  ),
  row(
    "a state_dict renamed by text",
    () => toStateDict(mlp(), { rename: "a" as never }),
    /name options\.rename is "a", expected a function that/,
  ),
  row(
    "a state_dict of tensors",
    () =>
      fromStateDict(
        mlp(),
        Object.fromEntries(
          Object.entries(toStateDict(mlp())).map(([name, { shape, data }]) => [name, tf.tensor(data, shape)]),
        ) as never,
      ),
    /0\.weight is a tf\.Tensor \[3,2\], expected \{ shape, data \}/,
  ),
  row(
    "safetensors of tensors",
    () => encodeSafetensors({ a: tf.zeros([2]) as never }),
    /a is a tf\.Tensor \[2\], expected \{ shape, data \}/,
  ),
  row(
    "safetensors of nothing",
    () => encodeSafetensors(undefined as never),
    /tensors are undefined, expected tensors by name/,
  ),
  row(
    "safetensors from a path",
    () => decodeSafetensors("a.safetensors" as never),
    /bytes are "a\.safetensors", expected a Uint8Array: loadSafetensors\(path\)/,
  ),
];

const double = (x: Tensor) => tf.mul(x, 2);
const task = makeTask({ task: "copy", bits: 2, lengths: [1, 2] });
const other = makeTask({ task: "copy", bits: 3, lengths: [1, 2] });
const recipe = { config: { kind: "gru", hidden: 3 }, seed: 1 } as const;
const { train: samples } = makeMnist1d({ samples: 20 });
/** Does something with a trainer, which is freed. */
const withTrainer = async (made: Promise<Trainer>, work: (trainer: Trainer) => unknown) => {
  const trainer = await made;
  try {
    return await work(trainer);
  } finally {
    trainer.dispose();
  }
};
const forOther =
  /model gru has inputs \[,,4\] and outputs \[,,2\], copy wants \[batch, steps, 5\] and \[batch, steps, 3\]/;

const training: Row[] = [
  row(
    "capturing without examples",
    () => (capture as (fn: unknown) => unknown)(double),
    /capture: example inputs are undefined, expected an array of tensors, e\.g\. \[x\]/,
  ),
  row(
    "capturing for a single tensor",
    () => capture(double, tf.zeros([2]) as never),
    /capture: example inputs are a tf\.Tensor \[2\], expected an array of tensors, e\.g\. \[x\]/,
  ),
  row(
    "capturing with a mode for options",
    () => capture(double, [tf.zeros([2])], "xla" as never),
    /capture: options are "xla", expected an object such as \{ compile: "xla" \}/,
  ),
  row(
    "a trainer for a task by its name",
    () => taskTrainer(recipe, "copy" as never),
    /task is "copy", expected one: makeTask\(config\)/,
  ),
  row(
    "inputs of no model",
    () => (inputsOf as (set: unknown) => unknown)(samples),
    /model is undefined, expected its config, e\.g\. publishedModels\.gru/,
  ),
  row("inputs of a model's name", () => inputsOf(samples, "gru" as never), /model is "gru", expected its config/),
  row(
    "inputs of a model that reads 7 features at a step",
    () => inputsOf(samples, { kind: "gru", features: 7, hidden: 2, classes: 10 }),
    /samples have 40 values each, expected whole steps of 7 features/,
  ),
  row("inputs of a model itself", () => inputsOf(samples, mlp() as never), /model config\.kind is/),
  row(
    "inputs of a whole data set",
    () => inputsOf(makeMnist1d({ samples: 20 }) as never, publishedModels.gru),
    /samples are \{.*expected rows of a data set, e\.g\. its `train`/,
  ),
  row(
    "a task tested with the trainer of another",
    () => withTrainer(taskTrainer(recipe, task), (trainer) => evaluateTask(trainer, other, 2, 2)),
    forOther,
  ),
  row(
    "a task trained with the trainer of another",
    () =>
      withTrainer(taskTrainer(recipe, task), (trainer) =>
        trainTask(trainer, other, { sequences: 4, batch: 2, learningRate: 0.01, seed: 1 }),
      ),
    forOther,
  ),
  row(
    "a task tested with a trainer of classes",
    () => withTrainer(captureTraining(mlp()), (trainer) => evaluateTask(trainer, task, 2, 2)),
    /model mlp has inputs \[,2\] and outputs \[,2\], copy wants/,
  ),
];

const SRC = join(__dirname, "../../src");

/** A command as a process, given up after a minute. */
function started(src: string, args: readonly string[], out: string): Ended {
  const env = { ...process.env, DMS_NTM_STUDY: "smoke", DMS_NTM_OUT: out };
  const main = join(src, "cli/main.js");
  const { status, stderr } = spawnSync(process.execPath, ["--no-deprecation", main, ...args], {
    env,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status: status ?? -1, stderr };
}

/**
 * What someone writes who knows another library, or forgets an argument or the set-up.
 * @param folder to make folders in
 */
export function apiRows(folder: string): Row[] {
  const bare = join(folder, "src");
  return [
    ...shifts,
    ...models,
    ...porting,
    ...training,
    row(
      "dms-ntm without its packages",
      () => {
        cpSync(SRC, bare, { recursive: true, filter: (path) => !/\.(map|d\.ts)$/.test(path) });
        return started(bare, ["data"], join(folder, "out"));
      },
      /^dms-ntm: Cannot find module '[\w./@-]+': run `make setup`$/,
    ),
    // Node's own recursive mkdir would try for ever
    row(
      "dms-ntm data where no folder can be",
      () => started(SRC, ["data"], "/proc/dms-ntm"),
      /\/proc\/dms-ntm\/.* can't be written: E[A-Z]+/,
    ),
  ];
}

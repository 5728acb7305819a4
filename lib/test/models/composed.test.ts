import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayersModel, SymbolicTensor, Tensor, Tensor3D } from "@tensorflow/tfjs-node";
import { headWeights } from "../../src/display/index.js";
import {
  addressingWalk,
  BiGruLayer,
  buildModel,
  GruLayer,
  LstmLayer,
  memoryLayer,
  NtmLayer,
  runPiece,
} from "../../src/models/index.js";
import { UserError } from "../../src/support/user-error.js";
import { makeTask } from "../../src/tasks/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { captureTraining, sgd, taskTrainer, trainingSet } from "../../src/training/index.js";

// Models that users compose of the library's layers.

type Layer = tf.layers.Layer;

const memory = (own: object = {}) =>
  new NtmLayer({
    hidden: 4,
    seed: 1,
    slots: 5,
    width: 3,
    shift: { kind: "gaussian" },
    initial: { memory: { kind: "constant", value: 0.1 }, readWeights: "learned", writeWeights: "learned" },
    ...own,
  }) as unknown as Layer;
const lstm = (own: object = {}) => new LstmLayer({ hidden: 4, seed: 2, ...own }) as unknown as Layer;
const gru = (own: object = {}) => new GruLayer({ hidden: 4, seed: 3, ...own }) as unknown as Layer;

/** Layers one after another, over sequences of any length with two features. */
function chained(...layers: Layer[]): LayersModel {
  const input = tf.input({ shape: [null, 2] });
  const output = layers.reduce((tensor, layer) => layer.apply(tensor) as SymbolicTensor, input);
  return tf.model({ inputs: input, outputs: output });
}

const random = (shape: number[]) => tf.randomNormal(shape, 0, 1, "float32", 7);
const sequence = Array.from({ length: 12 }, (_, i) => Math.sin(i));

function close(actual: Tensor, expected: Tensor): void {
  assert.deepEqual(actual.shape, expected.shape);
  const most = tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0]!;
  assert.ok(most < 1e-6, `off by ${most}`);
}

const refused = (run: () => unknown, message: RegExp) =>
  assert.throws(run, (error) => error instanceof UserError && message.test(error.message));

test("a model with layers of its own after the memory gives in pieces what it gives of the whole", () => {
  const norm = tf.layers.layerNormalization();
  const each = tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 6, activation: "tanh" }) });
  const models: Record<string, LayersModel> = {
    every: chained(memory({ answers: "every" }), norm, each, tf.layers.dense({ units: 3 })),
    last: chained(
      memory(),
      tf.layers.reshape({ targetShape: [2, 2] }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3 }),
    ),
    "a fixed number of steps": (() => {
      const input = tf.input({ shape: [7, 2] });
      const each = tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 3, activation: "tanh" }) });
      const state = lstm({ answers: "every" }).apply(input) as SymbolicTensor;
      return tf.model({ inputs: input, outputs: each.apply(state) as SymbolicTensor });
    })(),
    "a model within": chained(
      gru({ answers: "every" }),
      tf.sequential({ layers: [tf.layers.dense({ units: 5, inputShape: [null, 4] }), tf.layers.dense({ units: 3 })] }),
    ),
    sequential: tf.sequential({
      layers: [gru({ inputShape: [null, 2], answers: "every" }), tf.layers.dense({ units: 3 })],
    }),
  };
  for (const [name, model] of Object.entries(models)) {
    const x = random([2, 7, 2]) as Tensor3D;
    const first = runPiece(model, tf.slice(x, [0, 0, 0], [2, 3, 2]) as Tensor3D);
    const second = runPiece(model, tf.slice(x, [0, 3, 0], [2, 4, 2]) as Tensor3D, first.state);
    const whole = model.predict(x) as Tensor;
    const pieces = tf.concat([first.outputs, second.outputs], 1);
    close(name === "last" ? tf.squeeze(tf.slice(pieces, [0, 6, 0], [2, 1, 3]), [1]) : pieces, whole);
  }
});

test("a model that does something else with its input first isn't followed as if it didn't", () => {
  const input = tf.input({ shape: [null, 2] });
  const state = memory().apply(input) as SymbolicTensor;
  const [one, two] = [0, 1].map(() => tf.layers.dense({ units: 3 }).apply(state) as SymbolicTensor);
  const summed = tf.layers.add().apply([one!, two!]) as SymbolicTensor;
  const models: [LayersModel, RegExp][] = [
    [chained(tf.layers.dense({ units: 2 }), memory()), /begins with layer dense\S*, expected its memory, \S+, to read/],
    [chained(lstm({ answers: "every" }), memory()), /begins with layer \S+, expected its memory/],
    [tf.model({ inputs: input, outputs: [one!, two!] }), /has branches, or several inputs or outputs/],
    [tf.model({ inputs: input, outputs: summed }), /has branches/],
  ];
  for (const [model, message] of models) {
    refused(() => headWeights(model, sequence), message);
    refused(() => addressingWalk(model, trainingSet(sequence, [0], [6, 2]), [0]), message);
  }
  const before = chained(tf.layers.dense({ units: 2 }), lstm());
  refused(
    () => runPiece(before, random([1, 3, 2]) as Tensor3D),
    /begins with layer dense\S*, expected a layer with a state/,
  );
});

test("layers that look at several steps at once make no piece", () => {
  const convolution = tf.layers.conv1d({ filters: 3, kernelSize: 2 });
  const across = tf.layers.layerNormalization({ axis: 1, center: false, scale: false });
  const recurrent = tf.layers.gru({ units: 3, returnSequences: true });
  for (const layer of [convolution, gru({ answers: "every" }), recurrent, across]) {
    const model = chained(lstm({ answers: "every" }), layer);
    refused(
      () => runPiece(model, random([1, 3, 2]) as Tensor3D),
      /layer \S+ \(\w+\) may look at several steps at once; if it looks at one, wrap it in tf.layers.timeDistributed/,
    );
  }
});

test("a state of another batch, of another model, in another form, or disposed is refused", () => {
  const [model, other] = [chained(memory()), chained(gru())];
  const x = (batch: number) => random([batch, 3, 2]) as Tensor3D;
  const piece = runPiece(model, x(2));
  const run = (state: unknown, batch = 2) => runPiece(model, x(batch), state as never);
  run(piece.state);
  refused(
    () => run(piece.state, 3),
    /hidden of the state is \[2,4\], expected \[3,4\]: pass the state that the call for the part before returned, for as/,
  );
  refused(() => run(runPiece(other, x(2)).state), /readVector of the state is missing, expected \[2,3\]/);
  refused(() => run(piece), /hidden of the state is missing, expected \[2,4\]: pass the state that/);
  refused(() => run(null), /hidden of the state is missing/);
  const [long, short] = [chained(lstm()), chained(gru())];
  refused(() => runPiece(short, x(2), runPiece(long, x(2)).state), /the state has cell, which this layer's hasn't/);
  tf.dispose(piece as never);
  refused(() => run(piece.state), /hidden of the state was disposed/);
});

test("layers check their config, and know tfjs's keys of a first layer", async () => {
  refused(() => new GruLayer({ hidden: 3, units: 3, seed: 1 } as never), /GruLayer config has the unknown key units/);
  refused(() => new LstmLayer({ hiden: 3, seed: 1 } as never), /LstmLayer config .*hiden; did you mean hidden/);
  refused(() => new BiGruLayer({ hidden: 3, seed: -1 }), /BiGruLayer config.seed is -1, expected at least 0/);
  refused(() => new GruLayer({ hidden: 3, seed: 1, answers: "all" as never }), /GruLayer config.answers is "all"/);
  refused(() => new GruLayer(undefined as never), /GruLayer config is missing/);
  refused(() => memory({ initial: undefined }), /NtmLayer config.initial is missing/);
  refused(() => memory({ slot: 3 }), /NtmLayer config .*slot; did you mean slots/);
  refused(() => gru().apply(tf.input({ shape: [4] })), /is applied to \[any,4\], expected \[batch, steps, features\]/);
  const model = tf.sequential({ layers: [memory({ inputShape: [4, 2] }), tf.layers.dense({ units: 2 })] });
  assert.deepEqual(model.inputs[0]!.shape, [null, 4, 2]);
  const copy = await tf.models.modelFromJSON({ modelTopology: model.toJSON(null, false) as never });
  assert.deepEqual(copy.inputs[0]!.shape, [null, 4, 2]);
});

test("a layer that reads backwards, or is to leave out steps by a mask, is refused", async () => {
  const input = tf.input({ shape: [4, 2] });
  refused(
    () => tf.layers.bidirectional({ layer: gru() as never, mergeMode: "concat" }).apply(input),
    /layer GruLayer reads forwards alone: BiGruLayer reads a sequence both ways/,
  );
  const words = tf.input({ shape: [4] });
  const embedded = tf.layers.embedding({ inputDim: 5, outputDim: 2, maskZero: true }).apply(words) as SymbolicTensor;
  for (const layer of [gru(), memory(), new BiGruLayer({ hidden: 2, seed: 1 }) as unknown as Layer]) {
    const model = tf.model({ inputs: words, outputs: layer.apply(embedded) as SymbolicTensor });
    const x = tf.tensor2d([[1, 2, 0, 0]]);
    const message = /can't leave out steps by a mask, it reads them all: take off maskZero/;
    refused(() => model.predict(x), message);
    refused(() => model.apply(x), message);
    const trainer = await captureTraining(model, {
      loss: (a, b) => tf.losses.meanSquaredError(a, b),
      optimizer: sgd(),
    });
    refused(() => trainer.predict(x), message);
    trainer.dispose();
  }
  const built = buildModel({ kind: "gru", features: 2, hidden: 3, classes: 2 }, 1);
  assert.deepEqual((built.predict(random([1, 4, 2])) as Tensor).shape, [1, 2]);
});

test("a state of a Lie-access memory says itself how many places it has", () => {
  const model = buildModel({ kind: "lie-access", features: 2, hidden: 4, classes: 2, width: 3, answers: "every" }, 1);
  const layer = memoryLayer(model);
  const x = random([2, 5, 2]) as Tensor3D;
  const { state } = layer.trace(x).at(-1)!;
  const next = tf.slice(x, [0, 0, 0], [2, 1, 2]) as Tensor3D;
  assert.deepEqual(layer.runFrom(next, state).outputs.shape, [2, 1, 4]);
  refused(() => layer.runFrom(random([3, 1, 2]) as Tensor3D, state), /of the state is \[2,.*expected \[3,/);
});

test("a subclass has keys of its own, and comes back from a file", async () => {
  class Noted extends GruLayer {
    static override className = "Noted";
    readonly note: string;
    constructor(config: ConstructorParameters<typeof GruLayer>[0] & { note: string }) {
      super(config);
      this.note = config.note;
    }
    override getConfig() {
      return { ...super.getConfig(), note: this.note };
    }
  }
  tf.serialization.registerClass(Noted as never);
  const model = chained(new Noted({ hidden: 4, seed: 1, note: "mine" }) as unknown as Layer);
  const copy = await tf.models.modelFromJSON({ modelTopology: model.toJSON(null, false) as never });
  assert.equal((copy.layers[1] as unknown as Noted).note, "mine");
});

test("where logits are wanted, a softmax at the end is seen in every form", async () => {
  const softmax = () => tf.layers.dense({ units: 3, activation: "softmax" });
  const models = [
    chained(memory(), softmax()),
    chained(memory({ answers: "every" }), tf.layers.timeDistributed({ layer: softmax() })),
    chained(memory(), tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] }), tf.layers.softmax()] })),
  ];
  for (const model of models) {
    refused(
      () => addressingWalk(model, trainingSet(sequence, [0], [6, 2]), [0]),
      /ends with a softmax, expected logits/,
    );
    await assert.rejects(captureTraining(model), /ends with a softmax, expected logits: leave it out/);
  }
  const task = makeTask({ task: "copy", bits: 1 });
  const input = tf.input({ shape: [null, task.inputs] });
  const state = gru({ answers: "every" }).apply(input) as SymbolicTensor;
  const bits = tf.layers.dense({ units: task.outputs, activation: "sigmoid" }).apply(state) as SymbolicTensor;
  await assert.rejects(
    taskTrainer(tf.model({ inputs: input, outputs: bits }), task),
    /copy: model \S+ ends with a sigmoid/,
  );
});

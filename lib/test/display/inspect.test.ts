import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect } from "node:util";
import pl from "nodejs-polars";
import { RandomState } from "../../src/dataset/index.js";
import { showLast } from "../../src/display/last-value.js";
import { addressingExamples } from "../../src/figures/index.js";
import { buildModel } from "../../src/models/index.js";
import { publishedModels } from "../../src/studies/index.js";
import "../../src/display/index.js";
import { studies } from "../../src/studies/index.js";
import { chosen, recordsOf } from "../../src/study/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { captureTraining } from "../../src/training/index.js";

test("a tensor is printed with its type, shape and values; one that is large, of no numbers or gone too", () => {
  assert.equal(
    inspect(
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
    ),
    "Tensor float32 [2, 2]\n[[1, 2],\n [3, 4]]",
  );
  assert.equal(inspect(tf.scalar(3, "int32")), "Tensor int32 []\n3");
  assert.equal(inspect(tf.tensor(["a", "b"])), "Tensor string [2]\n['a', 'b']");
  const large = tf.concat([tf.ones([40]), tf.tensor1d([Number.NaN, 3])]);
  assert.match(
    inspect(large),
    /^Tensor float32 \[42\], 1 to 3, mean 1\.049, 1 not finite\n\[1, 1, 1, \.\.\., 1, NaN, 3\]$/,
  );
  assert.match(inspect(tf.fill([30], Number.NaN)), /^Tensor float32 \[30\], 30 not finite\n/);
  assert.equal(inspect(tf.zeros([0, 3])).split("\n")[0], "Tensor float32 [0, 3]");
  const gone = tf.ones([2]);
  gone.dispose();
  assert.equal(inspect(gone), "Tensor float32 [2], disposed");
  assert.equal(inspect([tf.ones([2]), tf.ones([20])]), "[ Tensor float32 [2] [1, 1], Tensor float32 [20] ]");
  assert.equal(
    inspect({ w: tf.variable(tf.ones([2, 2]), true, "kernel") }),
    '{ w: Variable "kernel" float32 [2, 2] [[1, 1], [1, 1]] }',
  );
});

test("models, layers, trainers, optimizers and random states say what they are", async () => {
  const model = buildModel(publishedModels.mlp, 1);
  assert.match(inspect(model), /^Sequential "mlp", 23,050 parameters\nlayer .*\n─+ .*\n/);
  assert.equal(inspect(model).split("\n").length, 3 + model.layers.length);
  assert.equal(inspect({ model }), '{ model: Sequential "mlp", 23,050 parameters }');
  assert.equal(inspect(model.layers.at(-1)), 'Dense "logits" → [?, 10], 1,290 parameters');
  assert.equal(inspect(tf.layers.dense({ units: 3, name: "loose" })), 'Dense "loose"');
  assert.match(inspect(model.inputs[0]), /^SymbolicTensor "\w+" float32 \[\?, 40\]$/);
  const trainer = await captureTraining(model);
  assert.equal(
    inspect(trainer),
    'Trainer of Sequential "mlp", 23,050 parameters, adam, loss softmaxCrossEntropy, compile auto',
  );
  trainer.dispose();
  assert.equal(inspect(tf.train.sgd(0.5)), "SGD(learningRate 0.5)");
  assert.equal(inspect(new RandomState(7)), "RandomState(seed 7)");
});

let printed: string[] = [];
const { log } = console;
before(() => {
  console.log = (line: string) => printed.push(line);
});
after(() => {
  console.log = log;
});

test("a cell's last value is shown as the table or chart that it is", async () => {
  const shown = async (value: unknown) => {
    printed = [];
    return (await showLast(value)) ? printed.join("\n") : null;
  };
  assert.match((await shown(pl.DataFrame({ a: [1, 2] })))!, /^a\n─\n1\n2$/);
  assert.match((await shown(addressingExamples()))!, /^\[figure\] A shift by/);
  assert.match(
    (await shown(studies.published))!,
    /^study published: Do many seeds .*\npart +seeds +models\n.*\npublished +10 +mlp, gru, ntm, dms$/,
  );
  const records = recordsOf(chosen(studies.published, { seeds: 2 }));
  assert.match(
    (await shown(records[0]))!,
    /^what +value\n.*\nformat +1\n(?:.*\n)*result\.testAccuracy +0\.\d+\n(?:.*\n)*curve +30 entries/,
  );
  const table = (await shown(records))!;
  assert.match(
    table,
    /^8 rows; all with format 1, protocol published, .*; not shown: trials, curve\nname +seed +parameters/,
  );
  assert.ok(table.split("\n").every((line) => line.length < 160));
  assert.match(
    (await shown([
      { a: 1, b: [1, 2] },
      { a: 2, b: [1, 2] },
    ]))!,
    /^2 rows; all with b \[1, 2\]\na\n/,
  );
  for (const other of [
    1,
    "text",
    null,
    undefined,
    [],
    [{ a: 1 }],
    [1, 2],
    [{ a: 1 }, { a: 1 }],
    { a: 1 },
    publishedModels.ntm,
    [null, null],
  ])
    assert.equal(await shown(other), null, inspect(other));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import type { ShiftsConfig } from "../../src/memory/config.js";
import { discrete, gaussian, mixture, type Shift, shiftOf } from "../../src/memory/index.js";
import { buildModel, type NtmOptions, ntm } from "../../src/models/index.js";
import { modelConfigOf, toStateDict } from "../../src/porting/index.js";
import { soundModels } from "../../src/studies/index.js";
import { tf } from "../../src/tensorflow/tf.js";
import { userMessage } from "../support.js";

const shiftIn = (shift: NtmOptions["shift"] & object) =>
  (modelConfigOf(ntm({ shift })) as { shift: ShiftsConfig }).shift;

test("without options it is the sound NTM, for sequences of any length", () => {
  const { steps, ...config } = soundModels["ntm-learned"](20);
  assert.deepEqual(modelConfigOf(ntm()), config);
  assert.deepEqual(modelConfigOf(ntm({ sharpening: undefined, hidden: undefined } as object)), config);
  assert.deepEqual(toStateDict(ntm({}, 3)), toStateDict(buildModel(config, 3)));
  tf.tidy(() => {
    for (const length of [1, 7]) assert.deepEqual((ntm().predict(tf.zeros([2, length, 1])) as Tensor).shape, [2, 10]);
  });
});

test("a shift may be given itself, or as a config", () => {
  assert.deepEqual(shiftIn(gaussian({ periodic: true, sigmaInit: 2 })), {
    kind: "gaussian",
    periodic: true,
    sigmaInit: 2,
  });
  assert.deepEqual(shiftIn(discrete()), { kind: "discrete", offsets: [1, 0, -1] });
  const mixed = { kind: "mixture", of: [{ kind: "gaussian" }, { kind: "discrete", offsets: [0] }] } as const;
  assert.deepEqual(shiftIn(mixture([gaussian(), discrete({ offsets: [0] })])), mixed);
  const apart = { read: { kind: "gaussian" }, write: { kind: "discrete", offsets: [0, 1] } } as const;
  assert.deepEqual(shiftIn(apart as never), apart);
});

test("the config of a shift makes the same shift", () => {
  tf.tidy(() => {
    for (const shift of [
      gaussian({ periodic: true }),
      discrete({ offsets: [2, 0] }),
      mixture([gaussian(), discrete()]),
    ]) {
      const raw = tf.randomNormal([3, shift.outputs], 0, 1, "float32", 1) as Tensor2D;
      const kernel = (of: Shift) => (of.kernel(raw, 7).kernel as Tensor2D | Tensor3D).arraySync();
      assert.deepEqual(kernel(shiftOf(shift.config!)), kernel(shift));
    }
  });
});

test("heads of each kind have shifts as values, as configs, and as lists of these", () => {
  const [jump, step] = [gaussian({ periodic: true }), { kind: "discrete" as const, offsets: [1, 0] }];
  assert.deepEqual(shiftIn({ read: jump, write: step }), { read: jump.config, write: step });
  const model = ntm({ readHeads: 2, shift: { read: [jump, step], write: mixture([jump, shiftOf(step)]) } });
  assert.deepEqual((modelConfigOf(model) as { shift: ShiftsConfig }).shift, {
    read: [jump.config, step],
    write: { kind: "mixture", of: [jump.config, step] },
  });
});

test("mistakes", () => {
  const { config: _, ...nameless } = gaussian();
  assert.match(
    userMessage(() => ntm({ shift: nameless })),
    /the shift "gaussian" has no config: register it by registerShift/,
  );
  assert.match(
    userMessage(() => ntm({ shift: { read: gaussian() } as never })),
    /model config\.shift\.write is missing/,
  );
  assert.match(
    userMessage(() => ntm({ slots: 0 })),
    /model config\.slots is 0, expected at least 1/,
  );
  assert.equal(mixture([nameless, discrete()]).config, undefined);
});

import { refusePromise } from "tfjs-capture/dist/src/support/user-error.js";
import { UserError } from "../../support/user-error.js";
import { tf } from "../../tensorflow/tf.js";
import type { Shift } from "./shift.js";

const [BATCH, HEADS, SLOTS] = [2, 3, 5];

/**
 * Tries a shift out on a small ring, so that a mistake in it is told where it was made, not by an op far away.
 *
 * @returns the shift
 * @throws UserError when a kernel hasn't one weight for each offset, or isn't a weighting
 */
export function tried(kind: string, shift: Shift): Shift {
  const wrong = (what: string): never => {
    throw new UserError(`shift ${JSON.stringify(kind)}: ${what}`);
  };
  const { outputs, learned = [] } = shift;
  if (!Number.isInteger(outputs) || outputs < 1) wrong(`outputs is ${outputs}, expected a whole number of at least 1`);
  const offsets = shift.offsets(SLOTS);
  const odd = offsets.find((offset) => !Number.isInteger(offset));
  if (odd !== undefined) wrong(`an offset is ${odd}, expected whole numbers of slots`);
  tf.tidy(() => {
    const spread = (...shape: number[]) =>
      tf.reshape(
        tf.linspace(
          -1,
          1,
          shape.reduce((a, b) => a * b, 1),
        ),
        shape,
      );
    const context = learned.length > 0 ? { learned: spread(HEADS, learned.length) } : {};
    const given = shift.kernel(spread(BATCH, HEADS, outputs), SLOTS, context);
    refusePromise(given, `shift ${JSON.stringify(kind)}: its kernel`);
    const { kernel } = given;
    const expected = [BATCH, HEADS, offsets.length];
    if (kernel.shape.join() !== expected.join())
      wrong(
        `its kernel has shape [${kernel.shape}] for raw outputs [${BATCH},${HEADS},${outputs}], expected [${expected}]`,
      );
    const values = [...kernel.dataSync<"float32">()];
    const bad = values.find((value) => !(value >= 0 && Number.isFinite(value)));
    if (bad !== undefined) wrong(`a value of its kernel is ${bad}, expected finite ones of at least 0`);
    const sum = values.slice(0, offsets.length).reduce((a, b) => a + b, 0);
    if (Math.abs(sum - 1) > 1e-3) wrong(`its kernel sums to ${sum.toPrecision(3)}, expected 1: divide it by its sum`);
  });
  return shift;
}

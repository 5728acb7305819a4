import type { Tensor } from "@tensorflow/tfjs-node";
import { refusePromise } from "tfjs-capture/dist/src/support/user-error.js";
import { z } from "zod";
import { attempt } from "../../support/attempt.js";
import { Kinds } from "../../support/kinds.js";
import { hasMethods, show, UserError } from "../../support/user-error.js";
import { check, functionThat } from "../../support/validate.js";
import { tf } from "../../tensorflow/tf.js";
import { discrete } from "./discrete.js";
import { gaussian } from "./gaussian.js";
import { mixture } from "./mixture.js";
import type { Shift } from "./shift.js";
import { DiscreteShiftConfig, GaussianShiftConfig, type MixtureShiftConfig, type ShiftConfig } from "./shift.js";

/**
 * Makes a shift of one's own known by its kind: models, records and saved models then take its configs like any other.
 * Registered again, as when a notebook's cell is run again, it is replaced. Each process that builds such models has to
 * register it first.
 *
 * @param keys zod schemas of the config's keys, `kind` aside
 * @param make the shift of a config; it is tried out on a small ring each time
 * @returns makes a checked config of this kind from its keys
 * @throws UserError when the kind is built in, or keys or `make` are none
 *
 * @example
 * const stay = registerShift("stay", {}, () => ({
 *   kind: "stay",
 *   outputs: 1,
 *   offsets: () => [0],
 *   kernel: (raw) => ({ kernel: tf.onesLike(raw), parameters: {} }),
 * }));
 * const model = buildModel({ ...soundModels["dms-periodic"](20), shift: stay({}) }, 0);
 */
export function registerShift<K extends z.ZodRawShape>(
  kind: string,
  keys: K,
  make: (config: z.output<z.ZodObject<K>>) => Shift,
): (keys: z.input<z.ZodObject<K>>) => ShiftConfig {
  check(functionThat("makes a shift of a config"), make, "registerShift: make");
  return shifts.add(kind, keys, (config) => {
    const shift = tried(kind, make(config));
    const { components, outputs, start, learned, annealed } = shift;
    // plain, so that it can be spread; with its own config, not that of a shift that it is made from
    return {
      kind: shift.kind,
      config: config as unknown as ShiftConfig,
      outputs,
      ...(components ? { components } : {}),
      ...(start ? { start } : {}),
      ...(learned ? { learned } : {}),
      ...(annealed === undefined ? {} : { annealed }),
      offsets: (slots) => shift.offsets(slots),
      kernel: (raw, slots, context) => shift.kernel(raw, slots, context),
    };
  });
}

/** Configs of a list of shifts, which may be mixtures again. */
const shiftConfigs = z.array(z.lazy(() => shifts.config)).min(2);

/** The shifts of this library; a new one is one file and one entry here. */
export const shifts: Kinds<Shift, ShiftConfig> = new Kinds("kind", "shift", {
  discrete: { config: DiscreteShiftConfig, make: discrete },
  gaussian: { config: GaussianShiftConfig, make: gaussian },
  mixture: {
    config: z.strictObject({ kind: z.literal("mixture"), of: shiftConfigs }),
    make: ({ of }: MixtureShiftConfig) => mixture(of.map(shiftOf)),
  },
});

/** The shift that a config describes. @throws UserError when the config is wrong */
export function shiftOf(config: ShiftConfig): Shift {
  return shifts.make(config);
}

const [BATCH, HEADS, SLOTS] = [2, 3, 5];

/**
 * Tries a shift out on a small ring, so that a mistake in it is told where it was made, not by an op far away.
 *
 * @returns the shift
 * @throws UserError when a kernel hasn't one weight for each offset, or isn't a weighting
 */
function tried(kind: string, shift: Shift): Shift {
  const name = `shift ${JSON.stringify(kind)}`;
  const wrong = (what: string): never => {
    throw new UserError(`${name}: ${what}`);
  };
  if (!hasMethods(shift, ["offsets", "kernel"]))
    wrong(`what makes it gives ${show(shift)}, expected a shift with offsets and kernel`);
  const { outputs, learned = [] } = shift;
  if (!Number.isInteger(outputs) || outputs < 1) wrong(`outputs is ${outputs}, expected a whole number of at least 1`);
  const offsets = shift.offsets(SLOTS);
  const odd = offsets.find((offset) => !Number.isInteger(offset));
  if (odd !== undefined) wrong(`an offset is ${odd}, expected whole numbers of slots`);
  tf.tidy(() => {
    const context = learned.length > 0 ? { learned: spread([HEADS, learned.length]) } : {};
    const raw = spread([BATCH, HEADS, outputs]);
    const given = attempt(`${name}: its kernel of raw outputs [${raw.shape}]`, () => shift.kernel(raw, SLOTS, context));
    refusePromise(given, `${name}: its kernel`);
    const { kernel, parameters } = given ?? {};
    if (!(kernel instanceof tf.Tensor)) wrong(`its kernel gives ${show(given)}, expected { kernel, parameters }`);
    const expected = [BATCH, HEADS, offsets.length];
    if (kernel.shape.join() !== expected.join())
      wrong(`its kernel has shape [${kernel.shape}] for raw outputs [${raw.shape}], expected [${expected}]`);
    const values = [...kernel.dataSync<"float32">()];
    const bad = values.find((value) => !(value >= 0 && Number.isFinite(value)));
    if (bad !== undefined) wrong(`a value of its kernel is ${bad}, expected finite ones of at least 0`);
    const sum = values.slice(0, offsets.length).reduce((a, b) => a + b, 0);
    if (Math.abs(sum - 1) > 1e-3) wrong(`its kernel sums to ${sum.toPrecision(3)}, expected 1: divide it by its sum`);
    const isObject = typeof parameters === "object" && parameters !== null && !Array.isArray(parameters);
    if (!isObject) wrong(`its kernel gives parameters ${show(parameters)}, expected tensors by name, e.g. { delta }`);
    for (const [key, value] of Object.entries(parameters)) {
      const [batch, heads, n] = value instanceof tf.Tensor ? value.shape : [];
      if (batch === BATCH && heads === HEADS && n !== undefined && value.rank === 3) continue;
      const is = value instanceof tf.Tensor ? `has shape [${value.shape}]` : `is ${show(value)}`;
      wrong(`its parameter ${key} ${is} for raw outputs [${raw.shape}], expected [${BATCH},${HEADS},n]`);
    }
  });
  return shift;
}

/** Numbers from -1 to 1, to try something out on. */
export function spread(shape: number[]): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return tf.reshape(tf.linspace(-1, 1, count), shape);
}

import type { Tensor, Tensor3D } from "@tensorflow/tfjs-node";
import fc from "fast-check";
import type { ShiftConfig } from "../../src/memory/config.js";
import { type HeadParameters, type Shift, type ShiftContext, shiftOf } from "../../src/memory/index.js";
import { tf } from "../../src/tensorflow/tf.js";

/** One addressing step of several heads, with values as extreme as a network may come up with. */
export interface Step {
  memory: Tensor3D;
  previous: Tensor3D;
  head: HeadParameters<Tensor3D>;
  shift: Shift;
  context: ShiftContext;
}

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed + 1);
const oneOf = (...values: number[]) => fc.constantFrom(...values);

const simpleShift = fc.oneof(
  fc
    .constantFrom<number[][]>([1, 0, -1], [0], [3, -25, 7, 20])
    .map((offsets): ShiftConfig => ({ kind: "discrete", offsets })),
  fc
    .record({
      sigmaFloor: oneOf(0.1, 1e-3, 2),
      sigma: fc.constantFrom("step" as const, "head" as const, "fixed" as const),
      from: oneOf(0, 0, 1e4),
    })
    .map(
      ({ sigmaFloor, sigma, from }): ShiftConfig => ({
        kind: "gaussian",
        periodic: true,
        sigmaFloor,
        sigma,
        sigmaInit: 1.01 * sigmaFloor,
        ...(from > 0 ? { anneal: { from } } : {}),
      }),
    ),
);
const mixed = (of: fc.Arbitrary<ShiftConfig>) =>
  fc.array(of, { minLength: 2, maxLength: 3 }).map((list): ShiftConfig => ({ kind: "mixture", of: list }));

/** A Gaussian alone, its width said at each step: what most models have. */
const loneGaussian = oneOf(0.1, 1e-3, 2).map(
  (sigmaFloor): ShiftConfig => ({ kind: "gaussian", periodic: true, sigmaFloor }),
);

/** Shifts that are sound for any parameters; the published Gaussian isn't among them. */
export const soundShift = fc.oneof(
  { weight: 3, arbitrary: loneGaussian },
  { weight: 3, arbitrary: simpleShift },
  { weight: 2, arbitrary: mixed(simpleShift) },
  { weight: 1, arbitrary: mixed(fc.oneof(simpleShift, mixed(simpleShift))) },
);

/** As published: in delta not periodic, so that a head may go dead. */
export const publishedShift = oneOf(0.1, 1e-3).map((sigmaFloor): ShiftConfig => ({ kind: "gaussian", sigmaFloor }));

/**
 * A head's raw shift: a delta of up to a thousand rings and a sigma from its floor up, or softmax logits from even to
 * hard.
 */
const rawShift = (slots: number) =>
  fc.tuple(oneOf(0, 1, -3, 0.4, 1e3 * slots, -1e3 * slots, 777.7 * slots, slots / 2), oneOf(-200, -40, -3, 0, 5, 100));

/** One value for each head of each sequence of the largest batch. */
const MOST_HEADS = 6;
const each = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: MOST_HEADS, maxLength: MOST_HEADS });

/** Weightings to start from, [batch, heads, slots]. */
function weightings(kind: "uniform" | "peaked" | "random", shape: [number, number, number], seed: number): Tensor3D {
  const slots = shape[2];
  if (kind === "uniform") return tf.fill(shape, 1 / slots);
  if (kind === "random") return tf.softmax(tf.mul(normal(shape, seed), 3)) as Tensor3D;
  const row = Array.from({ length: slots }, (_, i) => (i === seed % slots ? 1 : 0));
  return tf.add(tf.zeros(shape), tf.tensor1d(row));
}

export const stepArbitrary = (shifts: fc.Arbitrary<ShiftConfig> = soundShift) =>
  fc
    .record({
      batch: oneOf(1, 2),
      heads: oneOf(1, 2, 3),
      slots: oneOf(1, 2, 3, 7, 20, 33),
      width: oneOf(1, 4),
      seed: fc.nat(1e6),
      shift: shifts,
      start: fc.constantFrom("uniform" as const, "peaked" as const, "random" as const),
      memoryScale: oneOf(0, 1e-12, 1, 1e3),
      keyScale: oneOf(0, 1e-12, 1, 1e3),
      strength: each(oneOf(0, 1, 1e4)),
      gate: each(oneOf(0, 0.3, 1)),
      sharpening: each(oneOf(1, 1.7, 60)),
      learned: oneOf(-40, 0, 100),
      progress: oneOf(0, 0.5, 1),
    })
    .chain((sizes) => fc.record({ sizes: fc.constant(sizes), raw: each(rawShift(sizes.slots)) }))
    .map(({ sizes, raw }) => ({ ...sizes, raw }));

export type StepValues = ReturnType<typeof stepArbitrary> extends fc.Arbitrary<infer T> ? T : never;

export function stepOf(values: StepValues): Step {
  const { batch, heads, slots, width, seed } = values;
  const shift = shiftOf(values.shift);
  const rows = batch * heads;
  const all = (list: number[]) => tf.tensor3d(list.slice(0, rows), [batch, heads, 1]);
  const raw = values.raw
    .slice(0, rows)
    .flatMap((pair) => Array.from({ length: shift.outputs }, (_, i) => pair[i % 2]!));
  return {
    memory: tf.mul(normal([batch, slots, width], seed), values.memoryScale) as Tensor3D,
    previous: weightings(values.start, [batch, heads, slots], seed),
    head: {
      key: tf.mul(normal([batch, heads, width], seed + 1), values.keyScale) as Tensor3D,
      strength: all(values.strength),
      gate: all(values.gate),
      shift: tf.tensor3d(raw, [batch, heads, shift.outputs]),
      sharpening: all(values.sharpening),
    },
    shift,
    context: {
      learned: tf.fill([heads, shift.learned?.length ?? 0], values.learned),
      progress: tf.scalar(values.progress),
    },
  };
}

export const finite = (tensor: Tensor) => tensor.dataSync<"float32">().every(Number.isFinite);

/** The sums of all weightings, in float64. */
export function totals(weights: Tensor): number[] {
  const [slots, values] = [weights.shape.at(-1)!, weights.dataSync<"float32">()];
  return Array.from({ length: values.length / slots }, (_, row) =>
    values.subarray(row * slots, (row + 1) * slots).reduce((sum, w) => sum + w, 0),
  );
}

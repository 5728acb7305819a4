import type { Tensor } from "@tensorflow/tfjs-node";
import { hasMethods, show, UserError } from "../../support/user-error.js";
import { tf } from "../../tensorflow/tf.js";
import { mod } from "../circular.js";
import type { Shift } from "./shift.js";

/**
 * Mixture of shifts: each moves the gated weighting by itself, and the head's own softmax mixes what they give,
 *
 *     v = sum_c p_c (K_c q),  p = softmax of one logit a component
 *
 * as one convolution with the kernel sum_c p_c K_c. Jumps beside local shifts are a Gaussian and a discrete one;
 * several widths read at once are Gaussians of different sigmaInit. Its outputs are the logits, then those of each
 * component. Its parameters are the shares `mix`, [batch, ..., components], and those of the components behind their
 * kind, numbered where it occurs more than once: "gaussian.delta", "gaussian 2.sigma".
 *
 * @param shifts of any kinds, at least two, also mixtures
 * @throws UserError when they aren't such a list
 */
export function mixture(shifts: readonly Shift[]): Shift {
  checkShifts(shifts);
  const names = namesOf(shifts);
  const configs = shifts.flatMap(({ config }) => (config ? [config] : []));
  return {
    kind: "mixture",
    ...(configs.length === shifts.length ? { config: { kind: "mixture", of: configs } } : {}),
    components: names,
    outputs: shifts.length + shifts.reduce((sum, shift) => sum + shift.outputs, 0),
    start: [...shifts.map(() => undefined), ...shifts.flatMap((shift) => padded(shift.start ?? [], shift.outputs))],
    learned: shifts.flatMap((shift) => shift.learned ?? []),
    annealed: shifts.some((shift) => shift.annealed),
    offsets: (slots) => together(shifts, slots),
    kernel(raw, slots, context = {}) {
      const [logits, ...said] = tf.split(raw, [shifts.length, ...shifts.map(({ outputs }) => outputs)], -1);
      const learned = learnedOf(shifts, context.learned);
      const mix = tf.softmax(logits!);
      const shares = tf.split(mix, shifts.length, -1);
      const offsets = this.offsets(slots);
      const parameters: Record<string, Tensor> = { mix };
      const kernels = shifts.map((shift, c) => {
        const part = shift.kernel(said[c]!, slots, { ...context, learned: learned[c] });
        for (const [name, value] of Object.entries(part.parameters)) parameters[`${names[c]}.${name}`] = value;
        return tf.mul(shares[c]!, placed(part.kernel, shift.offsets(slots), offsets, slots));
      });
      return { kernel: kernels.reduce((a, b) => tf.add(a, b)), parameters };
    },
  };
}

function checkShifts(shifts: unknown): void {
  if (!Array.isArray(shifts) || shifts.length < 2)
    throw new UserError(
      `mixture: shifts is ${show(shifts)}, expected a list of at least two, e.g. [gaussian(), discrete()]`,
    );
  const odd = shifts.findIndex((shift) => !hasMethods(shift, ["kernel", "offsets"]));
  if (odd >= 0)
    throw new UserError(
      `mixture: shifts[${odd}] is ${show(shifts[odd])}, expected a shift, e.g. gaussian(), or shiftOf(config)`,
    );
}

/** Relative slots that any of the shifts covers, each once, in [0, slots). */
function together(shifts: readonly Shift[], slots: number): number[] {
  const all = shifts.flatMap((shift) => shift.offsets(slots).map((offset) => mod(offset, slots)));
  return [...new Set(all)].sort((a, b) => a - b);
}

/**
 * A kernel over the offsets `from` as one over `to`, zero elsewhere; of offsets that are the same slot of the ring the
 * sum.
 */
function placed(kernel: Tensor, from: readonly number[], to: readonly number[], slots: number): Tensor {
  const at = from.map((offset) => to.indexOf(mod(offset, slots)));
  if (at.length === to.length && at.every((place, k) => place === k)) return kernel;
  // tfjs's gradient of a split into one tensor is broken
  const entries = from.length === 1 ? [kernel] : tf.split(kernel, from.length, -1);
  const there = (place: number) => tf.tensor1d(to.map((_, i) => (i === place ? 1 : 0)));
  return entries.map((entry, k) => tf.mul(entry, there(at[k]!))).reduce((a, b) => tf.add(a, b));
}

/** Each component's part of the learned numbers. */
function learnedOf(shifts: readonly Shift[], all: Tensor | undefined): (Tensor | undefined)[] {
  const sizes = shifts.map((shift) => shift.learned?.length ?? 0);
  const some = sizes.filter((size) => size > 0);
  const parts = !all || some.length < 2 ? [all] : tf.split(all, some, -1);
  let next = 0;
  return sizes.map((size) => (size > 0 ? parts[next++] : undefined));
}

function namesOf(shifts: readonly Shift[]): string[] {
  const count = (upTo: number, kind: string) => shifts.slice(0, upTo).filter((shift) => shift.kind === kind).length;
  return shifts.map(({ kind }, c) => (count(shifts.length, kind) > 1 ? `${kind} ${count(c, kind) + 1}` : kind));
}

const padded = <T>(list: readonly T[], length: number) => Array.from({ length }, (_, i) => list[i]);

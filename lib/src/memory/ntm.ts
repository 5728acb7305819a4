import type { Scalar, Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";
import { read, write, writeAll } from "./access.js";
import type { InitialStateConfig, SharpeningConfig, ShiftsConfig } from "./config.js";
import { headOutputs, headStarts, type Sharpen, sharpenOf } from "./head.js";
import { type AddressedHeads, addressHeads, headGroups, shiftsOf } from "./heads.js";
import { initialState, type MemoryState } from "./initial.js";
import type { LearnedWeight, Memory } from "./memory.js";
import type { Shift, ShiftContext } from "./shift/index.js";

/** Sizes, heads and start of a Neural Turing Machine's memory. */
export interface NtmMemoryConfig {
  slots: number;
  width: number;
  shift: ShiftsConfig;
  initial: InitialStateConfig;
  sharpening?: SharpeningConfig | undefined;
  readHeads?: number | undefined;
  writeHeads?: number | undefined;
}

/** What the heads are and how they move. */
export interface NtmHeads {
  /** of all heads, or one for each, read heads first */
  shift: Shift | readonly Shift[];
  /** default: as published */
  sharpen?: Sharpen;
  /** default 1 */
  readHeads?: number;
  /** default 1 */
  writeHeads?: number;
}

/** What the heads did at one step, read heads first on the heads' axis. */
export interface NtmStepTrace {
  /**
   * key, strength, gate, sharpening, the shift's raw outputs (`shift`) and its parameters by name, and every stage of
   * the addressing
   */
  heads: AddressedHeads;
  /** one write head after the other, [batch, writeHeads * width] */
  erase: Tensor2D;
  /** as erase */
  add: Tensor2D;
}

/**
 * One step of a Neural Turing Machine's memory (Graves et al. 2014, section 3): all heads address it, each from its own
 * previous weighting; the read heads read, then the write heads erase and add.
 *
 * @param raw the heads' linear outputs side by side, then all erase, then all add,
 *   [batch, heads * head outputs + 2 * writeHeads * width]
 * @param contexts what the shifts use besides, for each group of neighbouring heads with one shift
 * @returns what was read, [batch, readHeads * width], the new state, and what the heads did, [batch, heads, ...]
 * @throws UserError when memory, weightings and outputs don't fit together
 * @internal
 */
export function ntmStep(
  { shift, sharpen, readHeads = 1, writeHeads = 1 }: NtmHeads,
  raw: Tensor2D,
  { memory, weights }: MemoryState,
  contexts?: readonly ShiftContext[],
): { state: MemoryState; read: Tensor2D; trace: NtmStepTrace } {
  const [batch, slots, width] = memory.shape;
  const groups = headGroups("kind" in shift ? new Array<Shift>(readHeads + writeHeads).fill(shift) : shift);
  const sizes = [
    ...groups.map(({ shift, heads }) => heads * headOutputs(width, shift)),
    writeHeads * width,
    writeHeads * width,
  ];
  const parts = tf.split(raw, sizes, 1) as Tensor2D[];
  const [rawErase, rawAdd] = parts.slice(-2) as [Tensor2D, Tensor2D];
  const heads = addressHeads(memory, weights, groups, parts, sharpen, contexts);
  const [readWeights, writeWeights] = tf.split(heads.weights, [readHeads, writeHeads], 1) as [Tensor3D, Tensor3D];
  const erase = tf.sigmoid(rawErase);
  const add = tf.tanh(rawAdd);

  const alone = (weights: Tensor3D) => tf.reshape(weights, [batch, slots]) as Tensor2D;
  const ofHeads = (tensor: Tensor2D) => tf.reshape(tensor, [batch, writeHeads, width]) as Tensor3D;
  const readVector =
    readHeads === 1
      ? read(memory, alone(readWeights))
      : (tf.reshape(read(memory, readWeights), [batch, readHeads * width]) as Tensor2D);
  const written =
    writeHeads === 1
      ? write(memory, alone(writeWeights), erase, add)
      : writeAll(memory, writeWeights, ofHeads(erase), ofHeads(add));
  return { state: { memory: written, weights: heads.weights }, read: readVector, trace: { heads, erase, add } };
}

/** The memory of a Neural Turing Machine, and the shift of each of its heads, read heads first. */
export interface NtmMemory extends Memory<MemoryState> {
  readonly shifts: readonly Shift[];
  step(
    raw: Tensor2D,
    state: MemoryState,
    learned: Readonly<Record<string, Tensor>>,
  ): { state: MemoryState; read: Tensor2D; trace: NtmStepTrace };
  /** of each head, see `NtmLayer.kernels` */
  kernels(raw: Tensor3D, learned: Readonly<Record<string, Tensor>>): { offsets: number[]; kernel: Tensor3D }[];
}

/**
 * Memory of a Neural Turing Machine (Graves et al. 2014), with any shifts.
 *
 * @throws UserError when a list of shifts is of another length than there are heads
 * @internal
 */
export function ntmMemory(config: NtmMemoryConfig): NtmMemory {
  const { slots, width, shift, initial, sharpening, readHeads = 1, writeHeads = 1 } = config;
  const shifts = shiftsOf(shift, readHeads, writeHeads);
  const heads: NtmHeads = { shift: shifts, sharpen: sharpenOf(sharpening), readHeads, writeHeads };
  const parts = { read: shifts.slice(0, readHeads), write: shifts.slice(readHeads) };
  const size = (list: readonly Shift[]) => list.reduce((sum, each) => sum + headOutputs(width, each), 0);
  const groups = headGroups(shifts);
  const contexts = (learned: Readonly<Record<string, Tensor>>): ShiftContext[] =>
    groups.map((_, g) => ({
      learned: learned[shiftWeight(g)] as Tensor2D | undefined,
      progress: learned.trainingProgress as Scalar | undefined,
    }));
  return {
    kind: "ntm",
    shifts,
    outputs: { read: size(parts.read), write: size(parts.write) + writeHeads * 2 * width },
    starts: { read: headStarts(width, parts.read), write: headStarts(width, parts.write) },
    reads: readHeads * width,
    heads: { read: readHeads, write: writeHeads },
    learned: (hidden) => [
      ...startWeights(initial, { slots, width, readHeads, writeHeads, hidden }),
      ...groups.flatMap(({ shift, heads }, g): LearnedWeight[] => {
        const values = shift.learned ?? [];
        if (values.length === 0) return [];
        const all = new Array<typeof values>(heads).fill(values).flat();
        return [{ name: shiftWeight(g), shape: [heads, values.length], values: all, size: hidden }];
      }),
      ...(shifts.some((shift) => shift.annealed)
        ? [{ name: "trainingProgress", shape: [], values: [1], trainable: false }]
        : []),
    ],
    start: (batch, _, learned) => initialState(initial, { batch, slots, width, readHeads, writeHeads }, learned),
    step: (raw, state, learned) => ntmStep(heads, raw, state, contexts(learned)),
    contents: ({ memory }) => memory,
    kernels(raw, learned) {
      let first = 0;
      return groups.flatMap(({ shift, heads }, g) => {
        const said = tf.slice(raw, [0, first, 0], [-1, heads, shift.outputs]);
        first += heads;
        const kernel = shift.kernel(said, slots, contexts(learned)[g]).kernel as Tensor3D;
        return Array.from({ length: heads }, (_, h) => ({
          offsets: shift.offsets(slots),
          kernel: tf.slice(kernel, [0, h, 0], [-1, 1, -1]),
        }));
      });
    },
  };
}

const shiftWeight = (group: number) => `learnedShift${group + 1}`;

/** The weights of a start that the config calls "learned". */
function startWeights(
  config: InitialStateConfig,
  {
    slots,
    width,
    readHeads,
    writeHeads,
    hidden,
  }: { slots: number; width: number; readHeads: number; writeHeads: number; hidden: number },
): LearnedWeight[] {
  const weight = (start: unknown, given: LearnedWeight) => (start === "learned" ? [given] : []);
  // half of the weight on slot 0, the rest evenly on the others: a head that stands somewhere, so that its shift
  // matters from the first step, with a softmax that isn't saturated
  const logits = [Math.log(Math.max(slots - 1, 1)), ...new Array<number>(slots - 1).fill(0)];
  const heads = (count: number) => new Array<number[]>(count).fill(logits).flat();
  return [
    ...weight(config.memory, { name: "initialMemory", shape: [slots, width], size: width }),
    ...weight(config.readWeights, { name: "initialReadLogits", shape: [readHeads, slots], values: heads(readHeads) }),
    ...weight(config.writeWeights, {
      name: "initialWriteLogits",
      shape: [writeHeads, slots],
      values: heads(writeHeads),
    }),
    ...weight(config.readVector, { name: "initialReadVector", shape: [readHeads * width], size: width }),
    ...weight(config.hidden, { name: "initialHidden", shape: [hidden], size: hidden }),
  ];
}

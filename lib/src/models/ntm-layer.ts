import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import {
  headGroups,
  type MemoryState,
  type NtmHeads,
  type NtmMemory,
  type NtmMemoryConfig,
  type NtmStepTrace,
  type Shift,
  sharpenOf,
} from "../memory/index.js";
import { tf } from "../tensorflow/tf.js";
import { type MemoryCellState, MemoryLayer, type MemoryLayerConfig } from "./memory-layer.js";

interface NtmLayerConfig extends Omit<MemoryLayerConfig, "kind">, NtmMemoryConfig {}

/**
 * Neural Turing Machine (Graves et al. 2014), by default with a GRU cell as its controller, one read head and one write
 * head.
 */
export class NtmLayer extends MemoryLayer<MemoryState> {
  static override className = "DmsNtm";
  /** their shifts one by one, read heads first */
  readonly heads: Required<Omit<NtmHeads, "shift">> & { shift: readonly Shift[] };
  private readonly ntm: NtmMemory;

  constructor(config: NtmLayerConfig) {
    super({ ...config, kind: "ntm" } as MemoryLayerConfig);
    this.ntm = this.memory as unknown as NtmMemory;
    const { readHeads = 1, writeHeads = 1, sharpening } = config;
    this.heads = { shift: this.ntm.shifts, sharpen: sharpenOf(sharpening), readHeads, writeHeads };
  }

  /** The same, with each head's parameters and every stage of its addressing, erase and add. */
  override trace(sequence: Tensor3D): (NtmStepTrace & { input: Tensor2D; state: MemoryCellState<MemoryState> })[] {
    return super.trace(sequence) as never;
  }

  /**
   * By how much each head moves its weighting at a step, as a kernel over relative slots.
   *
   * @param raw what the heads say to their shifts at the step, `heads.shift` of a trace
   * @returns one entry a head, read heads first; kernels [batch, 1, offsets], the caller disposes them
   */
  kernels(raw: Tensor3D): { offsets: number[]; kernel: Tensor3D }[] {
    const { slots } = this.config as unknown as NtmLayerConfig;
    return tf.tidy(() => {
      const contexts = this.ntm.contexts(this.parameters.learned);
      let first = 0;
      return headGroups(this.heads.shift).flatMap(({ shift, heads }, g) => {
        const said = tf.slice(raw, [0, first, 0], [-1, heads, shift.outputs]);
        first += heads;
        const { kernel } = shift.kernel(said, slots, contexts[g]);
        return Array.from({ length: heads }, (_, h) => ({
          offsets: shift.offsets(slots),
          kernel: tf.slice(kernel, [0, h, 0], [-1, 1, -1]),
        }));
      }) as never;
    });
  }
}

tf.serialization.registerClass(NtmLayer as never);

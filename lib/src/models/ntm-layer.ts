import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import type { MemoryState, NtmMemory, NtmMemoryConfig, NtmStepTrace, Shift } from "../memory/index.js";
import { tf } from "../tensorflow/tf.js";
import { type MemoryCellState, MemoryLayer, type MemoryLayerConfig } from "./memory-layer.js";
import { registerLayer } from "./recurrent-layer.js";

interface NtmLayerConfig extends Omit<MemoryLayerConfig, "kind">, NtmMemoryConfig {}

/**
 * Neural Turing Machine (Graves et al. 2014), by default with a GRU cell as its controller, one read head and one write
 * head.
 */
export class NtmLayer extends MemoryLayer<MemoryState> {
  static override className = "DmsNtm";

  constructor(config: NtmLayerConfig) {
    super({ ...config, kind: "ntm" } as MemoryLayerConfig);
  }

  private get ntm(): NtmMemory {
    return this.memory as unknown as NtmMemory;
  }

  /** How many heads there are, and their shifts one by one, read heads first. */
  get heads(): { shift: readonly Shift[]; readHeads: number; writeHeads: number } {
    const { shifts, heads } = this.ntm;
    return { shift: shifts, readHeads: heads.read, writeHeads: heads.write };
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
    return tf.tidy(() => this.ntm.kernels(raw, this.parameters.learned) as never);
  }
}

registerLayer(NtmLayer);

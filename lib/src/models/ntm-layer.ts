import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { scan } from "../capture/index.js";
import type { InitialStateConfig, SharpeningConfig, ShiftConfig } from "../memory/config.js";
import { headOutputs, headStarts, initialState, sharpenOf, shiftOf } from "../memory/index.js";
import { forEveryRow } from "../memory/initial.js";
import { tf } from "../tensorflow.js";
import type { ControllerKind } from "./config.js";
import { addController, controllerStart } from "./controller-weights.js";
import { addInitialWeights, type InitialWeights } from "./initial-weights.js";
import { startingAt, uniform } from "./initializers.js";
import { type NtmHeads, type NtmParameters, type NtmState, type NtmTrace, ntmCell, ntmParameters } from "./ntm-cell.js";
import { type AddWeight, type RecurrentConfig, RecurrentLayer } from "./recurrent-layer.js";
import { stepsOf } from "./steps.js";

export interface NtmLayerConfig extends RecurrentConfig {
  slots: number;
  width: number;
  shift: ShiftConfig;
  initial: InitialStateConfig;
  sharpening?: SharpeningConfig | undefined;
  readout?: "hidden" | "hidden+read" | undefined;
  controller?: ControllerKind | undefined;
  readHeads?: number | undefined;
  writeHeads?: number | undefined;
}

interface Weights {
  cell: NtmParameters;
  initial: InitialWeights;
}

/**
 * Neural Turing Machine (Graves et al. 2014), by default with a GRU cell as its controller, one read head and one write head.
 * Input [batch, steps, features], output the controller's last hidden state [batch, hidden]; with the readout "hidden+read" followed by what
 * was read last, [batch, hidden + readHeads * width].
 */
export class NtmLayer extends RecurrentLayer<Weights> {
  static className = "DmsNtm";
  readonly heads: Required<NtmHeads>;

  constructor(protected override readonly config: NtmLayerConfig) {
    super(config);
    const { shift, sharpening, readHeads = 1, writeHeads = 1 } = config;
    this.heads = { shift: shiftOf(shift), sharpen: sharpenOf(sharpening), readHeads, writeHeads };
  }

  protected override addWeights(add: AddWeight, features: number): () => Weights {
    const { hidden, slots, width, initial, seed, controller = "gru" } = this.config;
    const { shift, readHeads, writeHeads } = this.heads;
    const outputs = headOutputs(width, shift);
    const linear = (name: string, heads: number, size: number) => ({
      kernel: add(`${name}Kernel`, [hidden, size], uniform(hidden, seed, `ntm/${name}Kernel`)),
      bias: add(`${name}Bias`, [size], startingAt(headStarts(width, shift, heads), uniform(hidden, seed, `ntm/${name}Bias`))),
    });
    const control = addController(controller, add, features + readHeads * width, hidden, seed);
    const read = linear("read", readHeads, readHeads * outputs);
    const write = linear("write", writeHeads, writeHeads * (outputs + 2 * width));
    const start = addInitialWeights(add, initial, { slots, width, readHeads, writeHeads, hidden }, seed);
    const weightsOf = ({ kernel, bias }: typeof read) => ({ kernel: kernel.read() as Tensor2D, bias: bias.read() as Tensor1D });
    return () => ({
      cell: ntmParameters(control(), weightsOf(read), weightsOf(write)),
      initial: start(),
    });
  }

  protected override run({ cell, initial }: Weights, sequence: Tensor3D): Tensor2D {
    const step = (state: NtmState, input: Tensor) => ({ state: ntmCell(cell, this.heads, input as Tensor2D, state).state });
    const { hidden, readVector } = scan(step, this.start(initial, sequence.shape[0]), sequence).state;
    return this.config.readout === "hidden+read" ? (tf.concat([hidden, readVector], 1) as Tensor2D) : hidden;
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return [inputShape[0] ?? null, ntmOutputs(this.config)];
  }

  /** The state before the first step, for a batch of so many rows; the caller disposes it. */
  initialState(batch: number): NtmState {
    return tf.tidy(() => this.start(this.parameters.initial, batch) as never);
  }

  /**
   * Runs the cell over a sequence and keeps what every head did.
   *
   * @param sequence [batch, steps, features]
   * @returns one entry a step: the input, the heads' parameters and every stage of their addressing, erase and add, and the state after the
   *   step; the caller disposes the tensors
   */
  trace(sequence: Tensor3D): (NtmTrace & { state: NtmState })[] {
    return tf.tidy(() => {
      const { cell, initial } = this.parameters;
      let state = this.start(initial, sequence.shape[0]);
      return stepsOf(sequence).map((input) => {
        const step = ntmCell(cell, this.heads, input, state);
        state = step.state;
        return { ...step.trace, state };
      }) as never;
    });
  }

  private start(learned: InitialWeights, batch: number): NtmState {
    const { hidden, slots, width, initial, controller = "gru" } = this.config;
    const { readHeads, writeHeads } = this.heads;
    const vector = (size: number, start: Tensor1D | undefined) =>
      (start ? forEveryRow(start, batch) : tf.zeros([batch, size])) as Tensor2D;
    return {
      hidden: vector(hidden, learned.hidden),
      ...controllerStart(controller, batch, hidden),
      readVector: vector(readHeads * width, learned.readVector),
      ...initialState(initial, { batch, slots, width, readHeads, writeHeads }, learned.memory),
    };
  }
}

/** Numbers that a memory layer of this config gives for a sequence. */
export function ntmOutputs({ hidden, width, readout, readHeads = 1 }: Omit<NtmLayerConfig, "seed">): number {
  return readout === "hidden+read" ? hidden + readHeads * width : hidden;
}

tf.serialization.registerClass(NtmLayer as never);

import type { Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import type { InitialStateConfig, SharpeningConfig, ShiftsConfig } from "../memory/config.js";
import { headGroups, headOutputs, headStarts, initialState, type Shift, sharpenOf, shiftsOf } from "../memory/index.js";
import { tf } from "../tensorflow/tf.js";
import type { ControllerKind } from "./config.js";
import { addController, controllerStart } from "./controller-weights.js";
import { addInitialWeights, type InitialWeights } from "./initial-weights.js";
import { startingAt, uniform } from "./initializers.js";
import { type NtmHeads, type NtmParameters, type NtmState, type NtmTrace, ntmCell, ntmParameters } from "./ntm-cell.js";
import type { AddWeight, Weight } from "./recurrent-layer.js";
import { addShiftWeights } from "./shift-weights.js";
import { startState } from "./start-vector.js";
import { type StatefulConfig, StatefulLayer, type Step } from "./stateful-layer.js";
import { stepsOf } from "./steps.js";

export interface NtmLayerConfig extends StatefulConfig {
  slots: number;
  width: number;
  shift: ShiftsConfig;
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
 * was read last, [batch, hidden + readHeads * width]. With answers at every step the same after each of them, [batch, steps, ...].
 */
export class NtmLayer extends StatefulLayer<Weights, NtmState> {
  static className = "DmsNtm";
  /** their shifts one by one, read heads first */
  readonly heads: Required<Omit<NtmHeads, "shift">> & { shift: readonly Shift[] };
  private progress: Weight | undefined;

  constructor(protected override readonly config: NtmLayerConfig) {
    super(config);
    const { shift, sharpening, readHeads = 1, writeHeads = 1 } = config;
    this.heads = { shift: shiftsOf(shift, readHeads, writeHeads), sharpen: sharpenOf(sharpening), readHeads, writeHeads };
  }

  protected override addWeights(add: AddWeight, features: number): () => Weights {
    const { hidden, slots, width, initial, seed, controller = "gru" } = this.config;
    const { shift, readHeads, writeHeads } = this.heads;
    const linear = (name: string, shifts: readonly Shift[], more: number) => {
      const size = shifts.reduce((sum, each) => sum + headOutputs(width, each), more);
      const bias = startingAt(headStarts(width, shifts), uniform(hidden, seed, `ntm/${name}Bias`));
      return {
        kernel: add(`${name}Kernel`, [hidden, size], uniform(hidden, seed, `ntm/${name}Kernel`)),
        bias: add(`${name}Bias`, [size], bias),
      };
    };
    const control = addController(controller, add, features + readHeads * width, hidden, seed);
    const read = linear("read", shift.slice(0, readHeads), 0);
    const write = linear("write", shift.slice(readHeads), writeHeads * 2 * width);
    const start = addInitialWeights(add, initial, { slots, width, readHeads, writeHeads, hidden }, seed);
    const contexts = addShiftWeights(add, shift, hidden, seed);
    this.progress = contexts.progress;
    const weightsOf = ({ kernel, bias }: typeof read) => ({ kernel: kernel.read() as Tensor2D, bias: bias.read() as Tensor1D });
    return () => ({
      cell: { ...ntmParameters(control(), weightsOf(read), weightsOf(write)), contexts: contexts.read() },
      initial: start(),
    });
  }

  protected override step({ cell }: Weights): Step<NtmState> {
    return (state, input) => ntmCell(cell, this.heads, input, state).state;
  }

  protected override shown({ hidden, readVector }: NtmState): Tensor2D {
    return this.outputOf({ hidden, readVector });
  }

  /**
   * Tells annealed shifts how much of the training is over: a weight of the layer that isn't trained, so that a saved model keeps it.
   *
   * @param fraction from 0 to 1; 1 if nobody says
   */
  trainingProgress(fraction: number): void {
    tf.tidy(() => void this.progress?.write(tf.scalar(fraction)));
  }

  protected override get outputs(): number {
    return ntmOutputs(this.config);
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
      const { parameters } = this;
      const { cell } = parameters;
      let state = this.start(parameters, sequence.shape[0]);
      return stepsOf(sequence).map((input) => {
        const step = ntmCell(cell, this.heads, input, state);
        state = step.state;
        return { ...step.trace, state };
      }) as never;
    });
  }

  /**
   * By how much each head moves its weighting at a step, as a kernel over relative slots.
   *
   * @param raw what the heads say to their shifts at the step, `heads.shift` of a trace
   * @returns one entry a head, read heads first; kernels [batch, 1, offsets], the caller disposes them
   */
  kernels(raw: Tensor3D): { offsets: number[]; kernel: Tensor3D }[] {
    const { slots } = this.config;
    return tf.tidy(() => {
      const { contexts } = this.parameters.cell;
      let first = 0;
      return headGroups(this.heads.shift).flatMap(({ shift, heads }, g) => {
        const said = tf.slice(raw, [0, first, 0], [-1, heads, shift.outputs]);
        first += heads;
        const { kernel } = shift.kernel(said, slots, contexts?.[g]);
        return Array.from({ length: heads }, (_, h) => ({
          offsets: shift.offsets(slots),
          kernel: tf.slice(kernel, [0, h, 0], [-1, 1, -1]),
        }));
      }) as never;
    });
  }

  /** What the layer gives of a sequence that ends with this state, [batch, outputs]. */
  outputOf({ hidden, readVector }: Pick<NtmState, "hidden" | "readVector">): Tensor2D {
    return this.config.readout === "hidden+read" ? (tf.concat([hidden, readVector], 1) as Tensor2D) : hidden;
  }

  protected override start({ initial: learned }: Weights, batch: number): NtmState {
    const { hidden, slots, width, initial, controller = "gru" } = this.config;
    const { readHeads, writeHeads } = this.heads;
    return {
      hidden: startState(learned.hidden, batch, hidden),
      ...controllerStart(controller, batch, hidden),
      readVector: startState(learned.readVector, batch, readHeads * width),
      ...initialState(initial, { batch, slots, width, readHeads, writeHeads }, learned.memory),
    };
  }
}

/** Numbers that a memory layer of this config gives for a sequence. */
export function ntmOutputs({ hidden, width, readout, readHeads = 1 }: Omit<NtmLayerConfig, "seed">): number {
  return readout === "hidden+read" ? hidden + readHeads * width : hidden;
}

tf.serialization.registerClass(NtmLayer as never);

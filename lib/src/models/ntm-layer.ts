import type { serialization, Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { scan } from "../capture/index.js";
import type { InitialStateConfig, ShiftConfig } from "../memory/config.js";
import { headOutputs, initialState, type Shift, shiftOf } from "../memory/index.js";
import { tf } from "../tensorflow.js";
import { addGruWeights } from "./gru-layer.js";
import { uniform } from "./initializers.js";
import { type NtmParameters, type NtmState, type NtmTrace, ntmCell, ntmParameters } from "./ntm-cell.js";
import { RecurrentLayer } from "./recurrent-layer.js";
import { stepsOf } from "./steps.js";

export interface NtmLayerConfig {
  hidden: number;
  slots: number;
  width: number;
  shift: ShiftConfig;
  initial: InitialStateConfig;
  seed: number;
  name?: string;
}

/**
 * Neural Turing Machine with a GRU-cell controller, one read head and one write head (Graves et al. 2014).
 * Input [batch, steps, features], output the controller's last hidden state [batch, hidden].
 */
export class NtmLayer extends RecurrentLayer {
  static className = "DmsNtm";
  readonly shift: Shift;
  private readParameters: () => NtmParameters = () => {
    throw new Error("the NTM layer has no weights yet: apply it to an input first");
  };

  constructor(protected override readonly config: NtmLayerConfig) {
    super(config);
    this.shift = shiftOf(config.shift);
  }

  override build(inputShape: (number | null)[]): void {
    const { hidden, width, seed } = this.config;
    const outputs = headOutputs(width, this.shift);
    const add = (name: string, shape: number[], init: ReturnType<typeof uniform>) =>
      this.addWeight(name, shape, "float32", init);
    const linear = (name: string, size: number) => ({
      kernel: add(`${name}Kernel`, [hidden, size], uniform(hidden, seed, `ntm/${name}Kernel`)),
      bias: add(`${name}Bias`, [size], uniform(hidden, seed, `ntm/${name}Bias`)),
    });
    const controller = addGruWeights(add, inputShape[2]! + width, hidden, seed, "ntm/controller");
    const readHead = linear("read", outputs);
    const writeHead = linear("write", outputs + 2 * width);
    const weightsOf = ({ kernel, bias }: typeof readHead) => ({
      kernel: kernel.read() as Tensor2D,
      bias: bias.read() as Tensor1D,
    });
    this.readParameters = () => ntmParameters(controller(), weightsOf(readHead), weightsOf(writeHead));
    super.build(inputShape);
  }

  protected override run(sequence: Tensor3D): Tensor2D {
    const parameters = this.readParameters();
    const cell = (state: NtmState, input: Tensor) => ({
      state: ntmCell(parameters, this.shift, input as Tensor2D, state).state,
    });
    return scan(cell, this.start(sequence.shape[0]), sequence).state.hidden;
  }

  /**
   * Runs the cell over a sequence and keeps what every head did.
   *
   * @param sequence [batch, steps, features]
   * @returns one entry a step: the heads' parameters and weightings, and the state after the step; the caller disposes the tensors
   */
  trace(sequence: Tensor3D): (NtmTrace & { state: NtmState })[] {
    return tf.tidy(() => {
      const parameters = this.readParameters();
      let state = this.start(sequence.shape[0]);
      return stepsOf(sequence).map((input) => {
        const step = ntmCell(parameters, this.shift, input, state);
        state = step.state;
        return { ...step.trace, state };
      }) as never;
    });
  }

  override getConfig(): serialization.ConfigDict {
    const { hidden, slots, width, shift, initial, seed } = this.config;
    return { ...super.getConfig(), hidden, slots, width, shift: { ...shift }, initial: { ...initial }, seed };
  }

  private start(batch: number): NtmState {
    const { hidden, slots, width, initial } = this.config;
    return {
      hidden: tf.zeros([batch, hidden]),
      readVector: tf.zeros([batch, width]),
      ...initialState(initial, batch, slots, width),
    };
  }
}

tf.serialization.registerClass(NtmLayer as never);

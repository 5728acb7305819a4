import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs-node";
import { addGatedWeights, CELLS, type CellState, type GatedParameters } from "./cells.js";
import { checkLayerConfig, type LayerConfig, registerLayer, StatefulLayer, type Step } from "./recurrent-layer.js";
import { type AddWeight, startState, uniform } from "./weights.js";

interface GatedLayerConfig extends LayerConfig {
  /** of the state: at zero, or at trainable vectors, the same for every row; absent: "zero" */
  initial?: "zero" | "learned" | undefined;
  /**
   * of an LSTM: what the forget gate's bias starts with; absent: drawn like all others, near 0, which forgets half of
   * the cell a step
   */
  forgetBias?: number | undefined;
}

interface Weights {
  cell: GatedParameters;
  /** of each tensor of the state, [hidden] */
  starts: (Tensor1D | undefined)[];
}

/** A gated cell that reads a sequence, with PyTorch's weights. */
abstract class GatedLayer extends StatefulLayer<Weights, CellState> {
  declare protected readonly config: GatedLayerConfig;

  constructor(
    protected readonly kind: keyof typeof CELLS,
    config: GatedLayerConfig,
  ) {
    super(checkLayerConfig(kind, config, new.target));
  }

  protected override addWeights(add: AddWeight, features: number): () => Weights {
    const { hidden, seed, forgetBias, initial } = this.config;
    const { gates, state } = CELLS[this.kind];
    const forget =
      forgetBias === undefined
        ? []
        : Array.from({ length: hidden }, (_, i): [number, number] => [hidden + i, forgetBias]);
    const cell = addGatedWeights(add, { inputs: features, hidden, gates, seed, prefix: this.kind }, forget);
    const starts = state.map((part) => {
      const name = `initial${part[0]!.toUpperCase()}${part.slice(1)}`;
      return initial === "learned" ? add(name, [hidden], uniform(hidden, seed, `${this.kind}/${name}`)) : undefined;
    });
    return () => ({ cell: cell(), starts: starts.map((start) => start?.read() as Tensor1D | undefined) });
  }

  protected override step({ cell }: Weights): Step<CellState> {
    const step = CELLS[this.kind].cell(cell);
    return (state, input) => step(input, state);
  }

  protected override start({ starts }: Weights, batch: number): CellState {
    const parts = CELLS[this.kind].state.map((part, i) => [part, startState(starts[i], batch, this.config.hidden)]);
    return Object.fromEntries(parts);
  }

  protected override shown({ hidden }: CellState): Tensor2D {
    return hidden;
  }
}

/**
 * Gated recurrent unit with the reset gate after the recurrent product, which tfjs's own GRU layer lacks. Input [batch,
 * steps, features], output the last hidden state [batch, hidden], or with answers at every step all of them.
 */
export class GruLayer extends GatedLayer {
  static className = "DmsNtmGru";

  /** @throws UserError when the config is wrong */
  constructor(config: GatedLayerConfig) {
    super("gru", config);
  }
}

/** Long short-term memory with inputs and outputs as the GRU's, its weights drawn from the same law. */
export class LstmLayer extends GatedLayer {
  static className = "DmsNtmLstm";

  /** @throws UserError when the config is wrong */
  constructor(config: GatedLayerConfig) {
    super("lstm", config);
  }
}

registerLayer(GruLayer);
registerLayer(LstmLayer);

import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { givenStarts } from "../memory/head.js";
import type { LearnedWeight, Memory, MemoryTensors } from "../memory/index.js";
import { show, UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";
import { addController, type Cell, type CellState } from "./cells.js";
import { type ControllerKind, models } from "./config.js";
import { checkLayerConfig, type LayerConfig, registerLayer, StatefulLayer, type Step } from "./recurrent-layer.js";
import { type AddWeight, type Initializer, startingAt, startState, uniform, type Weight } from "./weights.js";

/** Weights of a controller with a memory, all its linear layers side by side. */
export interface MemoryParameters {
  controller: Cell;
  /** [hidden, sum of the memory's outputs] */
  kernel: Tensor2D;
  /** [sum of the memory's outputs] */
  bias: Tensor1D;
}

/** What a controller with a memory carries from one step to the next. */
export type MemoryCellState<S extends MemoryTensors = MemoryTensors> = CellState & { readVector: Tensor2D } & S;

/**
 * One step of a controller with a memory: the controller sees the input and what was read before; what its hidden state
 * says goes to the memory.
 *
 * @param cell its weights
 * @param step of the memory, its learned weights inside
 * @param input [batch, features]
 * @param state the one before
 * @returns the state after the step, of its shapes, and what the memory's heads did
 */
export function memoryCell<S extends MemoryTensors, T>(
  { controller, kernel, bias }: MemoryParameters,
  step: (raw: Tensor2D, state: S) => { state: S; read: Tensor2D; trace: T },
  input: Tensor2D,
  state: MemoryCellState<S>,
): { state: MemoryCellState<S>; trace: T } {
  const controlled = controller(tf.concat([input, state.readVector], 1), state);
  const raw = tf.add(tf.matMul(controlled.hidden, kernel), bias) as Tensor2D;
  const { state: next, read, trace } = step(raw, state);
  return { state: { ...controlled, readVector: read, ...next }, trace };
}

/** A memory's step with its learned weights. */
const stepOf =
  <S extends MemoryTensors>(memory: Memory<S>, learned: Readonly<Record<string, Tensor>>) =>
  (raw: Tensor2D, state: S) =>
    memory.step(raw, state, learned);

/** A controller, and a memory by its kind and keys. */
export interface MemoryLayerConfig extends LayerConfig {
  /** of the memory: "ntm", "dnc", "lie-access", or one made known by `registerMemory` */
  kind: string;
  readout?: "hidden" | "hidden+read" | undefined;
  controller?: ControllerKind | undefined;
}

interface Weights {
  cell: MemoryParameters;
  learned: Readonly<Record<string, Tensor>>;
}

/**
 * A controller with a memory, by default a GRU cell. Input [batch, steps, features], output the controller's last
 * hidden state [batch, hidden]; with the readout "hidden+read" followed by what was read last, [batch, hidden + reads].
 * With answers at every step the same after each of them, [batch, steps, ...].
 */
export class MemoryLayer<S extends MemoryTensors = MemoryTensors> extends StatefulLayer<Weights, MemoryCellState<S>> {
  static className = "DmsMemory";
  readonly memory: Memory<S>;
  private progress: Weight | undefined;

  declare protected readonly config: MemoryLayerConfig;

  /** @throws UserError when the kind isn't known here, or the config is wrong */
  constructor(config: MemoryLayerConfig) {
    const known = models.find(config?.kind);
    if (!known?.make)
      throw new UserError(
        `no memory of kind ${show(config?.kind)} is known: make it known by registerMemory before it is used`,
      );
    super(checkLayerConfig(config.kind, config, new.target));
    this.memory = known.make(this.config as never) as Memory<never> as unknown as Memory<S>;
  }

  protected override addWeights(add: AddWeight, features: number): () => Weights {
    const { hidden, seed, kind, controller = "gru" } = this.config;
    const { outputs, starts = {}, reads } = this.memory;
    const drawn = (size: number, name: string) => uniform(size, seed, `${kind}/${name}`);
    const sizes = { inputs: features + reads, hidden, seed, prefix: `${kind}/controller` };
    const control = addController(controller, add, sizes);
    const layers = Object.entries(outputs).map(([name, size]) => ({
      kernel: add(`${name}Kernel`, [hidden, size], drawn(hidden, `${name}Kernel`)),
      bias: add(`${name}Bias`, [size], startingAt(starts[name] ?? [], drawn(hidden, `${name}Bias`))),
    }));
    const learned = (this.memory.learned?.(hidden) ?? []).map((weight) => {
      const initializer = initializerOf(weight, drawn);
      return [weight.name, add(weight.name, weight.shape, initializer, weight.trainable ?? true)] as const;
    });
    this.progress = learned.find(([name]) => name === "trainingProgress")?.[1];
    return () => ({
      cell: {
        controller: control(),
        kernel: sideBySide(layers.map(({ kernel }) => kernel.read() as Tensor2D)),
        bias: sideBySide(layers.map(({ bias }) => bias.read() as Tensor1D)),
      },
      learned: Object.fromEntries(learned.map(([name, weight]) => [name, weight.read() as Tensor])),
    });
  }

  protected override step({ cell, learned }: Weights): Step<MemoryCellState<S>> {
    const step = stepOf(this.memory, learned);
    return (state, input) => memoryCell(cell, step, input, state).state;
  }

  protected override start({ learned }: Weights, batch: number, steps?: number): MemoryCellState<S> {
    const { hidden, controller = "gru" } = this.config;
    return {
      hidden: startState(learned.initialHidden as Tensor1D | undefined, batch, hidden),
      ...(controller === "lstm" && { cell: tf.zeros([batch, hidden]) }),
      readVector: startState(learned.initialReadVector as Tensor1D | undefined, batch, this.memory.reads),
      ...this.memory.start(batch, steps, learned),
    };
  }

  protected override shown({ hidden, readVector }: MemoryCellState<S>): Tensor2D {
    return this.outputOf({ hidden, readVector });
  }

  /**
   * Tells annealed shifts how much of the training is over: a weight of the layer that isn't trained, so that a saved
   * model keeps it.
   *
   * @param fraction from 0 to 1; 1 if nobody says
   */
  trainingProgress(fraction: number): void {
    tf.tidy(() => void this.progress?.write(tf.scalar(fraction)));
  }

  override get size(): number {
    const { hidden, readout } = this.config;
    return readout === "hidden+read" ? hidden + this.memory.reads : hidden;
  }

  /**
   * Runs the cell over a sequence and keeps what every head did.
   *
   * @param sequence [batch, steps, features]
   * @returns one entry a step: the input, what the heads said and did, and the state after the step; the caller
   *   disposes the tensors
   */
  trace(
    sequence: Tensor3D,
  ): (ReturnType<Memory<S>["step"]>["trace"] & { input: Tensor2D; state: MemoryCellState<S> })[] {
    return tf.tidy(() => {
      const { parameters } = this;
      const step = stepOf(this.memory, parameters.learned);
      let state = this.start(parameters, sequence.shape[0], sequence.shape[1]);
      return stepsOf(sequence).map((input) => {
        const { state: next, trace } = memoryCell(parameters.cell, step, input, state);
        state = next;
        return { input, ...trace, state };
      }) as never;
    });
  }

  /**
   * What the layer gives of a sequence that ends with this state, [batch, outputs].
   *
   * @param state as `runFrom` or `trace` gives it
   */
  outputOf({ hidden, readVector }: Pick<MemoryCellState, "hidden" | "readVector">): Tensor2D {
    return this.config.readout === "hidden+read" ? (tf.concat([hidden, readVector], 1) as Tensor2D) : hidden;
  }
}

function sideBySide<T extends Tensor1D | Tensor2D>(parts: T[]): T {
  return parts.length === 1 ? parts[0]! : (tf.concat(parts as Tensor2D[], parts[0]!.rank - 1) as T);
}

function initializerOf(
  { name, values, shape, size }: LearnedWeight,
  drawn: (size: number, name: string) => Initializer,
): Initializer {
  if (size !== undefined) {
    return startingAt(givenStarts(values ?? []), drawn(size, name));
  }
  return { apply: () => tf.tensor((values ?? []) as number[], shape) } as unknown as Initializer;
}

registerLayer(MemoryLayer);

/** The inputs of a sequence one step after the other: [batch, steps, features] as `steps` tensors [batch, features]. */
function stepsOf(sequence: Tensor3D): Tensor2D[] {
  // tfjs's gradient of an unstack into one tensor is broken
  if (sequence.shape[1] === 1) return [tf.squeeze(sequence, [1]) as Tensor2D];
  return tf.unstack(sequence, 1) as Tensor2D[];
}

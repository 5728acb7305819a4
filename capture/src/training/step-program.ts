import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import type { CompileMode } from "../emit.js";
import { Program } from "../program.js";
import type { RandomSource } from "../random/source.js";
import { record } from "../record.js";
import type { Recorded } from "../recorder.js";
import { repeat } from "../repeat.js";
import { CaptureError, UserError } from "../support/user-error.js";
import { tf } from "../tensorflow.js";

/** What a step's inputs begin with, and its results go on with after the loss. */
interface Owned {
  /** the model's variables */
  all: readonly Variable[];
  /** those of them that a step updates */
  trained: readonly Variable[];
  /** how many tensors the optimizer's state has */
  state: number;
}

interface Recordable {
  inputs: Tensor[];
  run: () => Tensor[];
}

/**
 * A training step, or a prediction, for batches of one shape: recorded when it is made, compiled when first asked for,
 * once a call or several times.
 */
export class CompiledStep {
  private readonly recorded: Recorded;
  private once: Program | undefined;
  private readonly several = new Map<number, Program>();

  /**
   * @param made the inputs, those of `owned` first, and what to record
   * @param signature of a batch
   * @throws CaptureError when it can't be recorded
   */
  constructor(
    { inputs, run }: Recordable,
    private readonly mode: CompileMode,
    readonly signature: { shape: number[]; dtype: string }[],
    private readonly owned: Owned,
    random: RandomSource,
  ) {
    try {
      this.recorded = record(inputs, run, mode, random);
    } catch (cause) {
      if (cause instanceof UserError || !(cause instanceof Error)) throw cause;
      const given = signature.map(({ shape, dtype }) => `${dtype} [${shape}]`).join(", ");
      throw new CaptureError(
        `captureTraining: the model, its loss or the optimizer fails on ${given}: ${cause.message.split("\n")[0]}`,
        { cause },
      );
    }
  }

  /** The program that runs it once. */
  single(): Program {
    this.once ??= new Program(this.recorded, this.mode);
    return this.once;
  }

  /**
   * The program that runs it up to `capacity` times: weights, the optimizer's state and what the forward pass writes go
   * from one time to the next. Its inputs have an axis of `capacity` in front, from the learning rate on; how many
   * times comes behind the variables.
   */
  repeated(capacity: number): Program {
    const known = this.several.get(capacity);
    if (known) return known;
    const { graph, reads, writes, checks } = this.recorded;
    const { all, trained, state } = this.owned;
    const readsAt = graph.inputs.length - reads.length;
    const inputOf = (variable: Variable) => {
      const at = all.indexOf(variable);
      return at >= 0 ? at : readsAt + reads.indexOf(variable);
    };
    // outputs: the loss, weights, the optimizer's state, what the forward pass writes, what is checked
    const writesAt = graph.outputs.length - checks.length - writes.length;
    const carried = [
      ...trained.map((variable, i) => [1 + i, inputOf(variable)] as const),
      ...Array.from({ length: state }, (_, i) => [1 + trained.length + i, all.length + i] as const),
      ...writes.map((variable, i) => [writesAt + i, inputOf(variable)] as const),
    ];
    const rows = Array.from({ length: readsAt - all.length - state }, (_, i) => all.length + state + i);
    const several = repeat(graph, { capacity, carried, rows, shareLists: this.mode === "xla" });
    const program = new Program(this.recorded, this.mode, several);
    this.several.set(capacity, program);
    return program;
  }

  dispose(): void {
    for (const program of [this.once, ...this.several.values()]) program?.dispose();
  }
}

/** A step, or a prediction, for batches of all the shapes that occur. */
export class CompiledSteps {
  private readonly known = new Map<string, CompiledStep>();

  constructor(
    private readonly owned: Owned,
    private readonly random: RandomSource,
  ) {}

  /** @param batch says the shapes and types @param make gives what to record, when it is new */
  of(mode: CompileMode, batch: readonly Tensor[], make: () => Recordable): CompiledStep {
    const signature = batch.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
    const key = `${mode} ${signature.map(({ shape, dtype }) => `${dtype}[${shape}]`).join()}`;
    // nothing is returned from the tidy: tfjs would walk through the program and keep every tensor that it can reach
    if (!this.known.has(key))
      tf.tidy(() => void this.known.set(key, new CompiledStep(make(), mode, signature, this.owned, this.random)));
    return this.known.get(key)!;
  }

  dispose(): void {
    for (const compiled of this.known.values()) compiled.dispose();
    this.known.clear();
  }
}

/** The state outlives any `tf.tidy` in which a step may be called. */
export function keepAll(tensors: Tensor[]): Tensor[] {
  return tensors.map((tensor) => tf.keep(tensor));
}

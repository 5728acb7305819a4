import type { LayersModel, Tensor, Variable } from "@tensorflow/tfjs-node";
import type { CompileMode, OpInput } from "../capture/engine.js";
import { CaptureError, checkInputs, record, Session } from "../capture/engine.js";
import { tf } from "../tensorflow.js";
import { type Loss, softmaxCrossEntropy } from "./loss.js";
import { adam, type Optimizer } from "./optimizer.js";

export interface TrainerOptions {
  /** default Adam */
  optimizer?: Optimizer;
  /** default softmax cross-entropy of logits against int32 labels */
  loss?: Loss;
  /**
   * rows of a batch; given, the step is compiled before `captureTraining` returns, for int32 labels [batch] and in the given mode (with "auto"
   * as a graph); else at the first batch of a size
   */
  batchSize?: number;
  /** see `CaptureOptions`; "auto" (the default) takes XLA for batch sizes of which `expect` announced enough steps */
  compile?: CompileMode | "auto";
}

/** A model's training and prediction, each compiled once for every batch size that occurs. */
export interface Trainer {
  readonly model: LayersModel;
  /**
   * One training step: forward, backward, optimizer update, in one native call. The model's variables are updated in place.
   *
   * @param x batch of inputs, [batch, ...]
   * @param targets what the loss compares with, e.g. int32 labels [batch]
   * @returns the batch's mean loss, before the update
   */
  step(x: Tensor, targets: Tensor, learningRate: number): number;
  /** Says how many steps with batches of this many rows are to come: many are worth XLA's time to compile. */
  expect(rows: number, steps: number): void;
  /** The model's outputs for a batch, captured too; the caller disposes them. */
  predict(x: Tensor): Tensor;
  /** Forgets what the optimizer has gathered. */
  reset(): void;
  /** Frees the compiled graphs and the optimizer's state; the model stays. */
  dispose(): void;
}

/**
 * Captures the training step of a tf.LayersModel with one input and one output. Weight regularisers are not part of the loss.
 *
 * @throws CaptureError when the model or the loss can't be captured (dropout draws random numbers, for one)
 */
export async function captureTraining(model: LayersModel, options: TrainerOptions = {}): Promise<Trainer> {
  const trainer = new CapturedTrainer(
    model,
    options.optimizer ?? adam(),
    options.loss ?? softmaxCrossEntropy,
    options.compile ?? "auto",
  );
  if (options.batchSize !== undefined) trainer.prepare(options.batchSize);
  return trainer;
}

/** XLA takes one to three seconds to compile a recurrent model and saves 5 to 15 ms a step; a process mostly trains a model more than once. */
const STEPS_FOR_XLA = 100;

interface Compiled {
  session: Session;
  signature: { shape: number[]; dtype: string }[];
}

class CapturedTrainer implements Trainer {
  private readonly variables: Variable[];
  private readonly all: Variable[];
  private state: Tensor[];
  private readonly steps = new Map<string, Compiled>();
  private readonly predictions = new Map<string, Compiled>();
  private readonly expected = new Map<number, number>();
  private rate: { value: number; tensor: Tensor } | undefined;

  constructor(
    readonly model: LayersModel,
    private readonly optimizer: Optimizer,
    private readonly loss: Loss,
    private readonly mode: CompileMode | "auto",
  ) {
    // tfjs-layers keeps its variables behind a private field
    const variablesOf = (weights: unknown[]) => weights.map((weight) => (weight as { val: Variable }).val);
    this.variables = variablesOf(model.trainableWeights);
    this.all = variablesOf(model.weights);
    this.state = keepAll(optimizer.init(this.variables));
  }

  prepare(batchSize: number): void {
    const shape = (this.model.inputs[0]!.shape as (number | null)[]).slice(1).map((size) => {
      if (size === null)
        throw new CaptureError(
          "captureTraining: the model's input has an open size: leave batchSize out, the first batch tells it",
        );
      return size;
    });
    tf.tidy(() => void this.compiledStep(tf.zeros([batchSize, ...shape]), tf.zeros([batchSize], "int32")));
  }

  step(x: Tensor, targets: Tensor, learningRate: number): number {
    const { session, signature } = this.compiledStep(x, targets);
    checkInputs([x, targets], signature);
    const inputs = [...this.all, ...this.state, this.learningRate(learningRate), x, targets];
    const [loss, ...updated] = session.run(inputs as unknown as OpInput[]) as unknown as Tensor[];
    this.variables.forEach((variable, i) => {
      variable.assign(updated[i]!);
      updated[i]!.dispose();
    });
    tf.dispose(this.state);
    this.state = keepAll(updated.slice(this.variables.length));
    const value = loss!.dataSync()[0]!;
    loss!.dispose();
    return value;
  }

  predict(x: Tensor): Tensor {
    const { session } = this.compiled(this.predictions, "graph", [x], () => {
      const inputs = [...this.all, ownCopy(x)];
      return { inputs, run: () => [this.model.apply(inputs.at(-1)!) as Tensor] };
    });
    return session.run([...this.all, x] as unknown as OpInput[])[0] as unknown as Tensor;
  }

  expect(rows: number, steps: number): void {
    this.expected.set(rows, steps);
  }

  reset(): void {
    tf.dispose(this.state);
    this.state = keepAll(this.optimizer.init(this.variables));
  }

  dispose(): void {
    for (const { session } of [...this.steps.values(), ...this.predictions.values()]) session.dispose();
    this.steps.clear();
    this.predictions.clear();
    tf.dispose(this.state);
    this.state = [];
    this.rate?.tensor.dispose();
    this.rate = undefined;
  }

  private compiledStep(x: Tensor, targets: Tensor): Compiled {
    const steps = this.expected.get(x.shape[0]!) ?? 0;
    const mode = this.mode === "auto" ? (steps >= STEPS_FOR_XLA ? "xla" : "graph") : this.mode;
    return this.compiled(this.steps, mode, [x, targets], () => {
      const [rate, batch, goals] = [tf.scalar(1e-3), ownCopy(x), ownCopy(targets)];
      return {
        inputs: [...this.all, ...this.state, rate, batch, goals],
        run: () => {
          const before = this.all.map((variable) => tf.clone(variable));
          const { value, grads } = tf.variableGrads(
            () => this.loss(goals, this.model.apply(batch, { training: true }) as Tensor),
            this.variables,
          );
          this.refuseSideEffects(before);
          const gradients = this.variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
          const { parameters, state } = this.optimizer.update(gradients, this.state, this.variables, rate);
          return [value, ...parameters, ...state];
        },
      };
    });
  }

  private compiled(
    cache: Map<string, Compiled>,
    mode: CompileMode,
    inputs: Tensor[],
    make: () => { inputs: Tensor[]; run: () => Tensor[] },
  ): Compiled {
    const key = `${mode} ${inputs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join()}`;
    const known = cache.get(key);
    if (known) return known;
    let session: Session | undefined;
    // nothing is returned from the tidy: tfjs would walk through the session and keep every tensor that it can reach
    tf.tidy(() => {
      separate(this.all);
      const { inputs: all, run } = make();
      session = new Session(record(all, run, mode), mode);
    });
    const entry = { session: session!, signature: inputs.map(({ shape, dtype }) => ({ shape: [...shape], dtype })) };
    cache.set(key, entry);
    return entry;
  }

  /** A forward pass that sets weights (the moving averages of batch normalisation) would do so once, while it is recorded, and never again. */
  private refuseSideEffects(before: Tensor[]): void {
    const changed = this.all.find((variable, i) => variable.dataId !== before[i]!.dataId);
    if (changed) {
      this.all.forEach((variable, i) => variable.dataId !== before[i]!.dataId && variable.assign(before[i]! as never));
      throw new CaptureError(
        `captureTraining: the model's forward pass sets the weight ${changed.name} (batch normalisation, stateful layers): not supported`,
      );
    }
  }

  private learningRate(value: number): Tensor {
    if (this.rate?.value !== value) {
      this.rate?.tensor.dispose();
      this.rate = { value, tensor: tf.keep(tf.scalar(value)) };
    }
    return this.rate.tensor;
  }
}

/** The state outlives any `tf.tidy` in which a step may be called. */
function keepAll(tensors: Tensor[]): Tensor[] {
  return tensors.map((tensor) => tf.keep(tensor));
}

function ownCopy(tensor: Tensor): Tensor {
  return tf.tensor(tensor.dataSync().slice(), tensor.shape, tensor.dtype);
}

/** Gives variables that share their values (set from one tensor, say) values of their own: an update must reach one of them alone. */
function separate(variables: Variable[]): void {
  const seen = new Set<object>();
  for (const variable of variables) {
    if (seen.has(variable.dataId)) tf.tidy(() => variable.assign(ownCopy(variable) as never));
    seen.add(variable.dataId);
  }
}

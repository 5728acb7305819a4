import type { LayersModel, Tensor, Variable } from "@tensorflow/tfjs-node";
import type { CompileMode, OpInput } from "../capture/engine.js";
import { CaptureError, checkInputs, type Graph, record, repeat, Session } from "../capture/engine.js";
import { tf } from "../tensorflow/tf.js";
import { badGradient, badTensor } from "./bad-tensor.js";
import type { Loss } from "./loss.js";
import type { Optimizer } from "./optimizer.js";
import type { AnnealedLayer, Trainer } from "./trainer.js";

/** XLA takes one to three seconds to compile a recurrent model and saves 5 to 15 ms a step; a process mostly trains a model more than once. */
const STEPS_FOR_XLA = 100;

interface Compiled {
  graph: Graph;
  mode: CompileMode;
  /** one call of the graph; made when first asked for */
  session?: Session;
  /** several calls in one, by capacity */
  repeated: Map<number, Session>;
  signature: { shape: number[]; dtype: string }[];
  /** weights that the forward pass itself sets, in the order of the graph's last outputs */
  written: Variable[];
}

/** What `captureTraining` makes. */
export class CapturedTrainer implements Trainer {
  private readonly variables: Variable[];
  private readonly all: Variable[];
  private state: Tensor[];
  private readonly stepGraphs = new Map<string, Compiled>();
  private readonly predictions = new Map<string, Compiled>();
  private readonly expected = new Map<number, number>();
  private bad: string | undefined;
  private rate: { value: number; tensor: Tensor } | undefined;

  constructor(
    readonly model: LayersModel,
    private readonly optimizer: Optimizer,
    private readonly loss: Loss,
    private readonly mode: CompileMode | "auto",
    private readonly predictionMode: CompileMode,
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
    tf.tidy(() => void single(this.compiledStep([tf.zeros([batchSize, ...shape])], tf.zeros([batchSize], "int32"))));
  }

  get badTensor(): string | undefined {
    return this.bad;
  }

  step(x: Tensor | Tensor[], targets: Tensor, learningRate: number): number {
    const batch = Array.isArray(x) ? x : [x];
    const compiled = this.compiledStep(batch, targets);
    checkInputs([...batch, targets], compiled.signature);
    const inputs = [...this.all, ...this.state, this.learningRate(learningRate), ...batch, targets];
    const outputs = single(compiled).run(inputs as unknown as OpInput[]) as unknown as Tensor[];
    return this.update(compiled, outputs, () => badTensor(this.model, batch, targets, this.loss))[0]!;
  }

  steps(x: Tensor | Tensor[], targets: Tensor, learningRates: readonly number[]): number[] {
    const batches = Array.isArray(x) ? x : [x];
    const capacity = targets.shape[0] ?? 0;
    if (learningRates.length < 1 || learningRates.length > capacity) {
      throw new CaptureError(
        `steps: ${learningRates.length} learning rates for ${capacity} batches: give one for each step to make, at least one`,
      );
    }
    return tf.tidy(() => {
      const first = (tensor: Tensor) => tf.reshape(tf.slice(tensor, 0, 1), tensor.shape.slice(1));
      const compiled = this.compiledStep(batches.map(first), first(targets));
      checkInputs(
        [...batches, targets],
        compiled.signature.map(({ shape, dtype }) => ({ shape: [capacity, ...shape], dtype })),
      );
      let session = compiled.repeated.get(capacity);
      if (!session) {
        session = new Session(this.repeated(compiled, capacity), compiled.mode);
        compiled.repeated.set(capacity, session);
      }
      const rates = new Float32Array(capacity);
      rates.set(learningRates);
      const rate = tf.tensor1d(rates);
      const run = (times: number) => {
        const inputs = [...this.all, ...this.state, rate, ...batches, targets, tf.scalar(times, "int32")];
        return session.run(inputs as unknown as OpInput[]) as unknown as Tensor[];
      };
      const row = (step: number) => {
        const [values, goals] = [batches, [targets]].map((list) =>
          list.map((tensor) => tf.reshape(tf.slice(tensor, step, 1), tensor.shape.slice(1))),
        ) as [Tensor[], Tensor[]];
        return [values, goals[0]!] as const;
      };
      const steps = learningRates.length;
      return this.update(compiled, run(steps), (step) => this.badIn(compiled, step, run, row)).slice(0, steps);
    });
  }

  /**
   * Takes over what a call returned.
   *
   * @param diagnose says which tensor was bad first, of the step whose loss was; the weights are then still those before the call
   * @returns the losses
   */
  private update(
    { written }: Compiled,
    [loss, ...updated]: Tensor[],
    diagnose: (step: number) => string | undefined,
  ): number[] {
    const values = Array.from(loss!.dataSync());
    loss!.dispose();
    const step = values.findIndex((value) => !Number.isFinite(value));
    this.bad = step < 0 ? undefined : this.untouched(() => diagnose(step));
    [...this.variables, ...written].forEach((variable, i) => {
      variable.assign(updated[i]!);
      updated[i]!.dispose();
    });
    tf.dispose(this.state);
    this.state = keepAll(updated.slice(this.variables.length + written.length));
    return values;
  }

  /** The first bad tensor of a step of a call of several: the steps before it are made again, so that its weights are known. */
  private badIn(
    { written }: Compiled,
    step: number,
    run: (times: number) => Tensor[],
    row: (step: number) => readonly [x: Tensor[], targets: Tensor],
  ): string | undefined {
    const after = (steps: number) => {
      if (steps === 0) return;
      const [, ...updated] = run(steps);
      [...this.variables, ...written].forEach((variable, i) => {
        variable.assign(updated[i]!);
      });
    };
    const start = this.all.map((variable) => tf.clone(variable));
    const back = () => this.all.forEach((variable, i) => void variable.assign(start[i]! as never));
    after(step);
    const bad = badTensor(this.model, ...row(step), this.loss);
    if (step === 0 || !bad?.startsWith("the weight")) return bad;
    // the loss of the step before was finite still: its gradient wasn't, or the update
    back();
    after(step - 1);
    return badGradient(this.model, ...row(step - 1), this.loss) ?? bad;
  }

  /** Does something that may change weights, and changes them back. */
  private untouched<T>(work: () => T): T {
    const before = this.all.map((variable) => tf.clone(variable));
    try {
      return tf.tidy(work as never) as T;
    } finally {
      this.all.forEach((variable, i) => void variable.assign(before[i]! as never));
      tf.dispose(before);
    }
  }

  /** The step's graph, run up to `capacity` times a call: weights and the optimizer's state go from one step to the next. */
  private repeated({ graph, mode, written }: Compiled, capacity: number): Graph {
    const weights = [...this.variables, ...written].map((variable) => this.all.indexOf(variable));
    const inputs = [...weights, ...this.state.map((_, i) => this.all.length + i)];
    const carried = inputs.map((input, i) => [1 + i, input] as const);
    const rows = graph.inputs.map((_, i) => i).slice(this.all.length + this.state.length);
    return repeat(graph, { capacity, carried, rows, shareLists: mode === "xla" });
  }

  predict(x: Tensor | Tensor[]): Tensor {
    const batch = Array.isArray(x) ? x : [x];
    const compiled = this.compiled(this.predictions, this.predictionMode, batch, () => {
      const inputs = batch.map(ownCopy);
      return { inputs: [...this.all, ...inputs], run: () => [this.apply(inputs, false)], written: [] };
    });
    return single(compiled).run([...this.all, ...batch] as unknown as OpInput[])[0] as unknown as Tensor;
  }

  private apply(inputs: Tensor[], training: boolean): Tensor {
    return this.model.apply(inputs.length === 1 ? inputs[0]! : inputs, { training }) as Tensor;
  }

  progress(fraction: number): void {
    for (const layer of this.model.layers) (layer as unknown as Partial<AnnealedLayer>).trainingProgress?.(fraction);
  }

  expect(rows: number, steps: number): void {
    this.expected.set(rows, steps);
  }

  reset(): void {
    tf.dispose(this.state);
    this.state = keepAll(this.optimizer.init(this.variables));
  }

  dispose(): void {
    for (const { session, repeated } of [...this.stepGraphs.values(), ...this.predictions.values()]) {
      for (const each of [...(session ? [session] : []), ...repeated.values()]) each.dispose();
    }
    this.stepGraphs.clear();
    this.predictions.clear();
    tf.dispose(this.state);
    this.state = [];
    this.rate?.tensor.dispose();
    this.rate = undefined;
  }

  private compiledStep(x: Tensor[], targets: Tensor): Compiled {
    const steps = this.expected.get(targets.shape[0]!) ?? 0;
    const mode = this.mode === "auto" ? (steps >= STEPS_FOR_XLA ? "xla" : "graph") : this.mode;
    return this.compiled(this.stepGraphs, mode, [...x, targets], () => {
      const [rate, batch, goals] = [tf.scalar(1e-3), x.map(ownCopy), ownCopy(targets)];
      const written: Variable[] = [];
      const run = () => {
        const before = this.all.map((variable) => tf.clone(variable));
        const { value, grads } = tf.variableGrads(() => this.loss(goals, this.apply(batch, true)), this.variables);
        const gradients = this.variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
        written.push(...this.all.filter((variable, i) => variable.dataId !== before[i]!.dataId));
        const set = written.map((variable) => tf.clone(variable));
        // the run that is recorded must not count as a step
        for (const variable of written) variable.assign(before[this.all.indexOf(variable)]! as never);
        const { parameters, state } = this.optimizer.update(gradients, this.state, this.variables, rate);
        return [value, ...parameters, ...set, ...state];
      };
      return { inputs: [...this.all, ...this.state, rate, ...batch, goals], run, written };
    });
  }

  private compiled(
    cache: Map<string, Compiled>,
    mode: CompileMode,
    inputs: Tensor[],
    make: () => { inputs: Tensor[]; run: () => Tensor[]; written: Variable[] },
  ): Compiled {
    const signature = inputs.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
    const key = `${mode} ${signature.map(({ shape, dtype }) => `${dtype}[${shape}]`).join()}`;
    const known = cache.get(key);
    if (known) return known;
    let entry: Compiled | undefined;
    // nothing is returned from the tidy: tfjs would walk through the session and keep every tensor that it can reach
    tf.tidy(() => {
      separate(this.all);
      const { inputs: all, run, written } = make();
      entry = { graph: record(all, run, mode), mode, repeated: new Map(), signature, written };
    });
    cache.set(key, entry!);
    return entry!;
  }

  private learningRate(value: number): Tensor {
    if (this.rate?.value !== value) {
      this.rate?.tensor.dispose();
      this.rate = { value, tensor: tf.keep(tf.scalar(value)) };
    }
    return this.rate.tensor;
  }
}

/** The session that runs a graph once. */
function single(compiled: Compiled): Session {
  compiled.session ??= new Session(compiled.graph, compiled.mode);
  return compiled.session;
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

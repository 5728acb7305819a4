import type { LayersModel, Tensor, Variable } from "@tensorflow/tfjs-node";
import { checkInputs } from "../capture.js";
import type { CompileMode } from "../emit.js";
import { CaptureError } from "../error.js";
import type { Outcome } from "../program.js";
import { RandomSource } from "../random/source.js";
import { activeRecorder } from "../recorder.js";
import { underGradient } from "../scan/isolate.js";
import { withSequenceSteps } from "../scan/steps.js";
import { UserError } from "../support/user-error.js";
import { tf } from "../tensorflow.js";
import { badGradient, badTensor } from "./bad-tensor.js";
import {
  type Batch,
  checkedBatch,
  checkInputShapes,
  flat,
  rowOf,
  stepsTensor,
  tensorList,
  Unchanged,
} from "./check-batch.js";
import type { Objective } from "./objective.js";
import { checkUpdate, type Optimizer } from "./optimizer.js";
import { CompiledStep, keepAll, ownCopy } from "./step-program.js";
import type { AnnealedLayer, Trainer } from "./trainer.js";

/**
 * XLA takes one to three seconds to compile a recurrent model and saves 5 to 15 ms a step; a process mostly trains a
 * model more than once.
 */
const STEPS_FOR_XLA = 100;

/** What `captureTraining` makes. */
export class CapturedTrainer implements Trainer {
  private readonly variables: Variable[];
  private readonly all: Variable[];
  private state: Tensor[];
  private readonly unchanged: Unchanged;
  private readonly random: RandomSource;
  private readonly stepPrograms = new Map<string, CompiledStep>();
  private readonly predictions = new Map<string, CompiledStep>();
  private readonly expected = new Map<number, number>();
  private bad: string | undefined;
  private rate: { value: number; tensor: Tensor } | undefined;

  constructor(
    readonly model: LayersModel,
    private readonly optimizer: Optimizer,
    private readonly objective: Objective,
    seed: number,
    private readonly mode: CompileMode | "auto",
    private readonly predictionMode: CompileMode,
  ) {
    // tfjs-layers keeps its variables behind a private field
    const variablesOf = (weights: unknown[]) => weights.map((weight) => (weight as { val: Variable }).val);
    this.variables = variablesOf(model.trainableWeights);
    this.all = variablesOf(model.weights);
    this.unchanged = new Unchanged(model, this.all);
    if (this.variables.length === 0)
      throw new UserError(`model ${model.name} has no weights to train: all layers are frozen, or have none`);
    this.random = new RandomSource(seed);
    this.state = keepAll(optimizer.init(this.variables));
  }

  prepare(batchSize: number): void {
    tf.tidy(() => {
      const x = this.model.inputs.map(({ shape, dtype }) => {
        if (shape.slice(1).includes(null as never))
          throw new CaptureError(
            "captureTraining: the model's input has an open size: leave batchSize out, the first batch tells it",
          );
        return tf.zeros([batchSize, ...(shape.slice(1) as number[])], dtype);
      });
      const targets = this.model.outputs.map(() => tf.zeros([batchSize], "int32"));
      void this.compiledStep({ x, targets, weights: [], steps: [] }).single();
    });
  }

  get badTensor(): string | undefined {
    return this.bad;
  }

  step(x: Tensor | Tensor[], targets: Tensor | Tensor[], learningRate: number, weights?: Tensor | Tensor[]): number {
    this.unchanged.check();
    const batch = checkedBatch(this.model, this.objective, x, targets, weights, 0);
    const compiled = this.compiledStep(batch);
    const given = flat(batch);
    checkInputs(given, compiled.signature);
    this.objective.checkTargets(batch.targets);
    const outcome = compiled.single().run([...this.all, ...this.state, this.learningRate(learningRate), ...given]);
    return this.update(compiled, outcome, () => this.firstBad(batch))[0]!;
  }

  steps(
    x: Tensor | Tensor[],
    targets: Tensor | Tensor[],
    learningRates: readonly number[],
    weights?: Tensor | Tensor[],
    sequenceSteps?: readonly number[],
  ): number[] {
    this.unchanged.check();
    const batches = checkedBatch(this.model, this.objective, x, targets, weights, 1);
    const capacity = batches.targets[0]!.shape[0] ?? 0;
    if (learningRates.length < 1 || learningRates.length > capacity) {
      throw new CaptureError(
        `steps: ${learningRates.length} learning rates for ${capacity} batches: give one for each step to make, at least one`,
      );
    }
    return tf.tidy(() => {
      batches.steps = stepsTensor(sequenceSteps, capacity);
      const row = (step: number) => rowOf(batches, step);
      const compiled = this.compiledStep(row(0));
      const given = flat(batches);
      checkInputs(
        given,
        compiled.signature.map(({ shape, dtype }) => ({ shape: [capacity, ...shape], dtype })),
      );
      this.objective.checkTargets(batches.targets);
      const program = compiled.repeated(capacity);
      const rates = new Float32Array(capacity);
      rates.set(learningRates);
      const rate = tf.tensor1d(rates);
      const run = (times: number) =>
        program.run([...this.all, ...this.state, rate, ...given], [tf.scalar(times, "int32")]);
      const steps = learningRates.length;
      return this.update(compiled, run(steps), (step) => this.badIn(compiled, step, run, row)).slice(0, steps);
    });
  }

  secondsToCompile(...[call, x, targets, weights, sequenceSteps]: Parameters<Trainer["secondsToCompile"]>): number {
    return tf.tidy(() => {
      const several = call === "steps";
      const batch = checkedBatch(this.model, this.objective, x, targets, weights, several ? 1 : 0);
      const capacity = batch.targets[0]!.shape[0] ?? 0;
      if (several) batch.steps = stepsTensor(sequenceSteps, capacity);
      const compiled = this.compiledStep(several ? rowOf(batch, 0) : batch);
      return (several ? compiled.repeated(capacity) : compiled.single()).secondsToCompile;
    }) as never;
  }

  /**
   * Takes over what a call returned.
   *
   * @param diagnose says which tensor was bad first, of the step whose loss was; the weights are then still those
   *   before the call
   * @returns the losses
   */
  private update(compiled: CompiledStep, outcome: Outcome, diagnose: (step: number) => string | undefined): number[] {
    const [loss, ...updated] = outcome.results;
    const values = Array.from(loss!.dataSync());
    loss!.dispose();
    const step = values.findIndex((value) => !Number.isFinite(value));
    this.bad = step < 0 ? undefined : this.untouched(() => diagnose(step));
    this.assign(updated);
    compiled.single().write(outcome);
    tf.dispose(this.state);
    this.state = keepAll(updated.slice(this.variables.length));
    return values;
  }

  private assign(updated: readonly Tensor[]): void {
    this.variables.forEach((variable, i) => {
      variable.assign(updated[i]!);
      updated[i]!.dispose();
    });
  }

  private firstBad({ x, targets, weights }: Batch): string | undefined {
    return badTensor(this.model, x, targets, () => this.objective.loss(x, targets, weights));
  }

  /**
   * The first bad tensor of a step of a call of several: the steps before it are made again, so that its weights are
   * known.
   */
  private badIn(
    compiled: CompiledStep,
    step: number,
    run: (times: number) => Outcome,
    row: (step: number) => Batch,
  ): string | undefined {
    const after = (steps: number) => {
      if (steps === 0) return;
      const outcome = run(steps);
      this.assign(outcome.results.slice(1));
      compiled.single().write(outcome);
    };
    const start = this.all.map((variable) => tf.clone(variable));
    const back = () => this.all.forEach((variable, i) => void variable.assign(start[i]! as never));
    after(step);
    const bad = this.firstBad(row(step));
    if (step === 0 || !bad?.startsWith("the weight")) return bad;
    // the loss of the step before was finite still: its gradient wasn't, or the update
    back();
    after(step - 1);
    const { x, targets, weights } = row(step - 1);
    return badGradient(this.model, () => this.objective.loss(x, targets, weights)) ?? bad;
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

  predict(x: Tensor | Tensor[]): Tensor {
    if (this.model.outputs.length > 1)
      throw new UserError(`model ${this.model.name} has ${this.model.outputs.length} outputs: predictAll gives them`);
    return this.predictAll(x)[0]!;
  }

  predictAll(x: Tensor | Tensor[]): Tensor[] {
    this.unchanged.check();
    const batch = tensorList("inputs", x, this.model.inputs.length);
    checkInputShapes(this.model, batch);
    // recorded, or differentiated, by whoever does so around here
    if (activeRecorder() || underGradient()) return this.objective.apply(batch, false);
    const compiled = this.compiled(this.predictions, this.predictionMode, batch, () => {
      const inputs = batch.map(ownCopy);
      return { inputs: [...this.all, ...inputs], run: () => this.objective.apply(inputs, false) };
    });
    const program = compiled.single();
    const outcome = program.run([...this.all, ...batch]);
    program.write(outcome);
    return outcome.results;
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
    this.random.reset();
  }

  dispose(): void {
    for (const compiled of [...this.stepPrograms.values(), ...this.predictions.values()]) compiled.dispose();
    this.stepPrograms.clear();
    this.predictions.clear();
    tf.dispose(this.state);
    this.state = [];
    this.rate?.tensor.dispose();
    this.rate = undefined;
    this.random.dispose();
  }

  private compiledStep(batch: Batch): CompiledStep {
    const expected = this.expected.get(batch.targets[0]!.shape[0]!) ?? 0;
    const mode = this.mode === "auto" ? (expected >= STEPS_FOR_XLA ? "xla" : "graph") : this.mode;
    return this.compiled(this.stepPrograms, mode, flat(batch), () => {
      const rate = tf.scalar(1e-3);
      const [x, targets, weights, steps] = [batch.x, batch.targets, batch.weights, batch.steps].map((list) =>
        list.map(ownCopy),
      ) as [Tensor[], Tensor[], Tensor[], Tensor[]];
      const loss = () => withSequenceSteps(steps[0], () => this.objective.loss(x, targets, weights));
      const run = () => {
        const { value, grads } = tf.variableGrads(loss, this.variables);
        const gradients = this.variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
        const updated: unknown = this.optimizer.update(gradients, this.state, this.variables, rate);
        checkUpdate(this.optimizer, updated, this.variables, this.state);
        return [value, ...updated.parameters, ...updated.state];
      };
      return { inputs: [...this.all, ...this.state, rate, ...flat({ x, targets, weights, steps })], run };
    });
  }

  private compiled(
    cache: Map<string, CompiledStep>,
    mode: CompileMode,
    inputs: Tensor[],
    make: () => { inputs: Tensor[]; run: () => Tensor[] },
  ): CompiledStep {
    const signature = inputs.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
    const key = `${mode} ${signature.map(({ shape, dtype }) => `${dtype}[${shape}]`).join()}`;
    const known = cache.get(key);
    if (known) return known;
    let entry: CompiledStep | undefined;
    // nothing is returned from the tidy: tfjs would walk through the session and keep every tensor that it can reach
    tf.tidy(() => {
      entry = new CompiledStep(
        make,
        mode,
        signature,
        { all: this.all, trained: this.variables, state: this.state.length },
        this.random,
      );
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

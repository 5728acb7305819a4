import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import { checkInputs } from "../capture.js";
import type { CompileMode } from "../emit.js";
import type { Outcome, Program } from "../program.js";
import { RandomSource } from "../random/source.js";
import { activeRecorder } from "../recorder.js";
import { withSequenceSteps } from "../scan/scan.js";
import { checkWhole, show, UserError } from "../support/user-error.js";
import { ownCopy, tf, underGradient } from "../tensorflow.js";
import { badGradient, badTensor } from "./bad-tensor.js";
import {
  type Batch,
  capacityOf,
  checkedBatch,
  checkInputShapes,
  checkRate,
  checkRates,
  flat,
  mapBatch,
  rowOf,
  stepsTensor,
  tensorList,
} from "./check-batch.js";
import { ModelWeights } from "./model-weights.js";
import type { Objective } from "./objective.js";
import { checkUpdate, initialState, type Optimizer } from "./optimizer.js";
import { type CompiledStep, CompiledSteps, keepAll } from "./step-program.js";
import type { AnnealedLayer, Trainer } from "./trainer.js";

/**
 * XLA takes one to three seconds to compile a recurrent model and saves 5 to 15 ms a step; a process mostly trains a
 * model more than once.
 */
const STEPS_FOR_XLA = 100;

/** What `captureTraining` makes. */
export class CapturedTrainer implements Trainer {
  private readonly weights: ModelWeights;
  private state: Tensor[];
  private disposed = false;
  private readonly random: RandomSource;
  private readonly compiledSteps: CompiledSteps;
  private readonly predictions: CompiledSteps;
  private readonly expected = new Map<number, number>();
  badTensor: string | undefined;
  private rate: { value: number; tensor: Tensor } | undefined;

  constructor(
    readonly model: LayersModel,
    private readonly optimizer: Optimizer,
    private readonly objective: Objective,
    seed: number,
    private readonly mode: CompileMode | "auto",
    private readonly predictionMode: CompileMode,
  ) {
    this.weights = new ModelWeights(model);
    this.random = new RandomSource(seed);
    this.state = keepAll(initialState(optimizer, this.weights.trained));
    const { all, trained } = this.weights;
    const owned = { all, trained, state: this.state.length };
    this.compiledSteps = new CompiledSteps(owned, this.random);
    this.predictions = new CompiledSteps(owned, this.random);
  }

  step(x: Tensor | Tensor[], targets: Tensor | Tensor[], learningRate: number, weights?: Tensor | Tensor[]): number {
    this.checkCallable();
    checkRate(learningRate);
    const batch = checkedBatch(this.objective, x, targets, weights, 0);
    const compiled = this.compiledStep(batch);
    this.objective.checkTargets(batch.targets);
    const program = compiled.single();
    const rate = this.learningRate(learningRate);
    const outcome = program.run([...this.weights.all, ...this.state, rate, ...flat(batch)]);
    return this.update(program, outcome, () => this.firstBad(batch))[0]!;
  }

  steps(
    x: Tensor | Tensor[],
    targets: Tensor | Tensor[],
    learningRates: readonly number[],
    weights?: Tensor | Tensor[],
    sequenceSteps?: readonly number[],
  ): number[] {
    return tf.tidy(() => {
      this.checkCallable();
      const batches = this.batches(x, targets, weights, sequenceSteps);
      const capacity = capacityOf(batches);
      checkRates(learningRates, capacity);
      const row = (step: number) => rowOf(batches, step);
      const compiled = this.compiledStep(row(0));
      const given = flat(batches);
      checkInputs(
        given,
        compiled.signature.map(({ shape, dtype }) => ({ shape: [capacity, ...shape], dtype })),
      );
      // the rest isn't trained on
      const used = learningRates.length;
      this.objective.checkTargets(batches.targets.map((all) => (used < capacity ? tf.slice(all, 0, used) : all)));
      const program = compiled.repeated(capacity);
      const rates = new Float32Array(capacity);
      rates.set(learningRates);
      const rate = tf.tensor1d(rates);
      const run = (times: number) =>
        program.run([...this.weights.all, ...this.state, rate, ...given], [tf.scalar(times, "int32")], times);
      const steps = learningRates.length;
      return this.update(program, run(steps), (step) => this.badIn(program, step, run, row)).slice(0, steps);
    });
  }

  secondsToCompile(...[call, x, targets, weights, sequenceSteps]: Parameters<Trainer["secondsToCompile"]>): number {
    let seconds = 0;
    this.checkCallable();
    if (call !== "step" && call !== "steps")
      throw new UserError(`secondsToCompile is asked for ${show(call)}, expected "step" or "steps"`);
    tf.tidy(() => {
      const single = call === "step";
      const batch = single
        ? checkedBatch(this.objective, x, targets, weights, 0)
        : this.batches(x, targets, weights, sequenceSteps);
      const compiled = this.compiledStep(single ? batch : rowOf(batch, 0));
      seconds = (single ? compiled.single() : compiled.repeated(capacityOf(batch))).secondsToCompile;
    });
    return seconds;
  }

  /**
   * Takes over what a call returned.
   *
   * @param diagnose says which tensor was bad first, of the step whose loss was; the weights are then still those
   *   before the call
   * @returns the losses
   */
  private update(program: Program, outcome: Outcome, diagnose: (step: number) => string | undefined): number[] {
    const [loss, ...updated] = outcome.results;
    const values = Array.from(loss!.dataSync());
    loss!.dispose();
    const step = values.findIndex((value) => !Number.isFinite(value));
    this.badTensor = step < 0 ? undefined : this.weights.untouched(() => diagnose(step));
    this.weights.assign(updated);
    program.write(outcome);
    tf.dispose(this.state);
    this.state = keepAll(updated.slice(this.weights.trained.length));
    return values;
  }

  private firstBad({ x, targets, weights }: Batch): string | undefined {
    return badTensor(this.model, x, targets, () => this.objective.loss(x, targets, weights));
  }

  /**
   * The first bad tensor of a step of a call of several: the steps before it are made again, so that its weights are
   * known.
   */
  private badIn(
    program: Program,
    step: number,
    run: (times: number) => Outcome,
    row: (step: number) => Batch,
  ): string | undefined {
    const after = (steps: number) => {
      if (steps === 0) return;
      const outcome = run(steps);
      this.weights.assign(outcome.results.slice(1));
      program.write(outcome);
    };
    const bad = this.weights.untouched(() => {
      after(step);
      return this.firstBad(row(step));
    });
    if (step === 0 || !bad?.startsWith("the weight")) return bad;
    // the loss of the step before was finite still: its gradient wasn't, or the update
    after(step - 1);
    const { x, targets, weights } = row(step - 1);
    return badGradient(this.model, () => this.objective.loss(x, targets, weights)) ?? bad;
  }

  predict(x: Tensor | Tensor[]): Tensor {
    if (this.model.outputs.length > 1)
      throw new UserError(`model ${this.model.name} has ${this.model.outputs.length} outputs: predictAll gives them`);
    return this.predictAll(x)[0]!;
  }

  predictAll(x: Tensor | Tensor[]): Tensor[] {
    this.checkUsable();
    const batch = tensorList("inputs", x, this.model.inputs.length);
    checkInputShapes(this.model, batch);
    // recorded, or differentiated, by whoever does so around here
    if (activeRecorder() || underGradient()) return this.objective.apply(batch, false);
    const compiled = this.predictions.of(this.predictionMode, batch, () => {
      const inputs = batch.map(ownCopy);
      return { inputs: [...this.weights.all, ...inputs], run: () => this.objective.apply(inputs, false) };
    });
    const program = compiled.single();
    const outcome = program.run([...this.weights.all, ...batch]);
    program.write(outcome);
    return outcome.results;
  }

  progress(fraction: number): void {
    if (!(fraction >= 0 && fraction <= 1))
      throw new UserError(`progress is ${show(fraction)}, expected a share of the training from 0 to 1`);
    for (const part of this.weights.parts) (part as Partial<AnnealedLayer>).trainingProgress?.(fraction);
  }

  expect(rows: number, steps: number): void {
    checkWhole("rows", rows, 0);
    checkWhole("steps", steps, 0);
    this.expected.set(rows, steps);
  }

  reset(): void {
    this.checkCallable();
    const state = this.state;
    this.state = keepAll(initialState(this.optimizer, this.weights.trained));
    tf.dispose(state);
    this.random.reset();
  }

  dispose(): void {
    this.disposed = true;
    this.compiledSteps.dispose();
    this.predictions.dispose();
    tf.dispose(this.state);
    this.state = [];
    this.rate?.tensor.dispose();
    this.rate = undefined;
    this.random.dispose();
  }

  /** @throws CaptureError inside a captured function; UserError as `checkUsable` */
  private checkCallable(): void {
    activeRecorder()?.refuse(
      "capture: a training step can't run inside a captured function, it would run once: call it outside",
    );
    this.checkUsable();
  }

  /** @throws UserError when the trainer was disposed, or its model isn't as it was */
  private checkUsable(): void {
    if (this.disposed) throw new UserError("this trainer was disposed: capture the training again");
    this.weights.check();
  }

  /** What `steps` takes. */
  private batches(
    x: Tensor | Tensor[],
    targets: Tensor | Tensor[],
    weights: Tensor | Tensor[] | undefined,
    sequenceSteps: readonly number[] | undefined,
  ): Batch {
    const batches = checkedBatch(this.objective, x, targets, weights, 1);
    return { ...batches, steps: stepsTensor(sequenceSteps, capacityOf(batches)) };
  }

  private compiledStep(batch: Batch): CompiledStep {
    const expected = this.expected.get(batch.targets[0]!.shape[0]!) ?? 0;
    const mode = this.mode === "auto" ? (expected >= STEPS_FOR_XLA ? "xla" : "graph") : this.mode;
    return this.compiledSteps.of(mode, flat(batch), () => {
      const rate = tf.scalar(1e-3);
      const own = mapBatch(batch, ownCopy);
      const loss = () => withSequenceSteps(own.steps[0], () => this.objective.loss(own.x, own.targets, own.weights));
      const { trained } = this.weights;
      const run = () => {
        const before = trained.map(({ dataId }) => dataId);
        const { value, grads } = tf.variableGrads(loss, trained);
        const gradients = trained.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
        const updated: unknown = this.optimizer.update(gradients, this.state, trained, rate);
        checkUpdate(this.optimizer, updated, trained, this.state);
        // what the forward pass itself has set, to clip it, say, is written: the update comes after that
        trained.forEach((variable, i) => {
          if (variable.dataId !== before[i]) variable.assign(updated.parameters[i]! as never);
        });
        return [value, ...updated.parameters, ...updated.state];
      };
      return { inputs: [...this.weights.all, ...this.state, rate, ...flat(own)], run };
    });
  }

  private learningRate(value: number): Tensor {
    if (this.rate?.value !== value) {
      this.rate?.tensor.dispose();
      this.rate = { value, tensor: tf.keep(tf.scalar(value)) };
    }
    return this.rate.tensor;
  }
}

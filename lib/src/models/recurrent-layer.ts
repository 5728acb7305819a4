import type { serialization, Tensor, Tensor2D, Tensor3D } from "@tensorflow/tfjs-node";
import { z } from "zod";
import { type ScanResult, type State, scan, sequenceSteps } from "../capture.js";
import { show, UserError } from "../support/user-error.js";
import { check, settled } from "../support/validate.js";
import { tf } from "../tensorflow/tf.js";
import { models } from "./config.js";
import type { AddWeight } from "./weights.js";

/** What every layer that reads a sequence is made from. @internal */
export interface LayerConfig {
  hidden: number;
  /** of the initial weights */
  seed: number;
  name?: string;
  /** false: frozen, as tfjs saves it; default true */
  trainable?: boolean;
  /** "last": one output, after the last step; "every": one after each step; absent: "last" */
  answers?: "last" | "every" | undefined;
  /** of a sample, [steps, features], for the first layer of a `tf.sequential` model; null: any number */
  inputShape?: (number | null)[] | undefined;
}

const shape = z.array(z.number().int().min(1).nullable());
/** What a layer's config has beside what its model's has, tfjs's own keys among it. */
export const LayerKeys = {
  seed: z.number().int().min(0).max(0xffffffff),
  name: z.string().min(1).optional(),
  trainable: z.boolean().optional(),
  inputShape: shape.optional(),
  batchInputShape: shape.optional(),
  batchSize: z.number().int().min(1).optional(),
  dtype: z.literal("float32").optional(),
};

/**
 * A layer's config, checked, defaults filled in.
 *
 * @param kind of the model that the layer is of
 * @param made the class that is made; one of a user's may have keys of its own
 * @throws UserError when a key is unknown or a value wrong
 */
export function checkLayerConfig<C extends object>(kind: string, config: C, made: { readonly name: string }): C {
  const { kind: named, steps: _, features: __, classes: ___, ...own } = models.find(kind)!.config.shape;
  const said = typeof config === "object" && config !== null ? config : undefined;
  const keys = said && "kind" in said ? { kind: named!, ...own } : own;
  if (said && "goBackwards" in said)
    throw new UserError(`layer ${made.name} reads forwards alone: BiGruLayer reads a sequence both ways`);
  const schema = (ownLayers.has(made) ? z.strictObject : z.looseObject)({ ...keys, ...LayerKeys });
  // tfjs adds it when it loads a layer
  const { customObjects: ____, ...given } = (said ?? {}) as { customObjects?: unknown };
  return check(settled(schema), said ? given : config, `${made.name} config`) as unknown as C;
}

const ownLayers = new Set<unknown>();

/** Makes one of the library's layers known to tfjs, which loads models by the names of their layers' classes. */
export function registerLayer(Layer: { readonly className: string }): void {
  ownLayers.add(Layer);
  tf.serialization.registerClass(Layer as never);
}

type LayerArgs = LayerConfig & { batchInputShape?: (number | null)[]; batchSize?: number; dtype?: "float32" };

/**
 * A layer that reads a sequence [batch, steps, features] and gives its last hidden state [batch, hidden], if it doesn't
 * say otherwise. `Parameters` are its weights as tensors, in the form that its cell takes.
 */
export abstract class RecurrentLayer<Parameters> extends tf.layers.Layer {
  private readParameters: (() => Parameters) | undefined;

  /** @param config checked */
  constructor(protected readonly config: LayerConfig) {
    const { name, trainable = true, inputShape, batchInputShape, batchSize, dtype } = config as LayerArgs;
    const given = Object.entries({ name, inputShape, batchInputShape, batchSize, dtype });
    super({ trainable, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) });
  }

  /** Adds the layer's weights. @returns reads them */
  protected abstract addWeights(add: AddWeight, features: number): () => Parameters;

  /** The output, from the layer's weights. */
  protected abstract run(parameters: Parameters, sequence: Tensor3D): Tensor;

  protected get parameters(): Parameters {
    if (!this.readParameters) throw new UserError(`layer ${this.name} has no weights yet: apply it to an input first`);
    return this.readParameters();
  }

  /** @internal */
  override build(inputShape: (number | null)[]): void {
    const features = inputShape[2];
    if (inputShape.length !== 3 || typeof features !== "number")
      throw new UserError(
        `layer ${this.name} is applied to [${inputShape.map((size) => size ?? "any")}], expected [batch, steps, features] with a number of features`,
      );
    this.inputSpec = [new tf.InputSpec({ ndim: 3, axes: { 2: features } })];

    const add: AddWeight = (name, shape, initializer, trainable = true) =>
      this.addWeight(name, shape, "float32", initializer, undefined, trainable);
    this.readParameters = this.addWeights(add, features);
    super.build(inputShape);
  }

  /** @internal */
  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return [inputShape[0] ?? null, this.config.hidden];
  }

  /** @internal */
  override call(inputs: Tensor | Tensor[], options?: { mask?: Tensor | Tensor[] | null }): Tensor {
    if ([options?.mask].flat().some((mask) => mask))
      throw new UserError(
        `layer ${this.name} can't leave out steps by a mask, it reads them all: take off maskZero, or the masking layer`,
      );
    return tf.tidy(() => this.run(this.parameters, (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor3D));
  }

  /** @internal */
  override getConfig(): serialization.ConfigDict {
    // a config is JSON; keys that are undefined would be saved as null, and tfjs adds one of its own when it loads a
    // layer
    const { inputShape: _, batchSize: __, ...own } = JSON.parse(JSON.stringify(this.config));
    return { ...own, ...super.getConfig() };
  }
}

/** One step of a layer: (state, input [batch, features]) -> the new state. */
export type Step<S extends State> = (state: S, input: Tensor2D) => S;

/** What a part of a sequence gives. */
export interface Piece<S extends State> {
  /** after every step, [batch, steps, outputs] */
  outputs: Tensor3D;
  /** after the last step: where the next part goes on from */
  state: S;
}

/**
 * A layer that carries a state from step to step and shows a part of it. Input [batch, steps, features], output [batch,
 * outputs], or with answers at every step [batch, steps, outputs]. Every call starts anew from the layer's own initial
 * state; who wants to carry the state over says so by `runFrom`.
 *
 * @internal
 */
export abstract class StatefulLayer<Parameters, S extends State> extends RecurrentLayer<Parameters> {
  /** The cell, from the layer's weights. */
  protected abstract step(parameters: Parameters): Step<S>;

  /** The state before the first step. @param steps of the sequence, where it is known */
  protected abstract start(parameters: Parameters, batch: number, steps?: number): S;

  /** What the layer shows of its state, [batch, outputs]. */
  protected abstract shown(state: S): Tensor2D;

  /** Whether it gives what it shows at each step, rather than at the last. @internal */
  get answersEvery(): boolean {
    return this.config.answers === "every";
  }

  /** Size of what the layer shows. */
  get size(): number {
    return this.config.hidden;
  }

  /** The state before the first step, for a batch of so many rows; the caller disposes it. */
  initialState(batch: number): S {
    return tf.tidy(() => this.start(this.parameters, batch) as never);
  }

  /**
   * Runs over one part of a sequence, from a given state: parts one after the other, each from the state that the one
   * before ended in, give what the whole gives. A state of another sequence that isn't handed on is forgotten; nothing
   * is kept in the layer. Inside `capture` it is recorded as one loop.
   *
   * @param sequence [batch, steps, features]
   * @param state absent: the layer's initial state. Gradients flow into it.
   * @returns the caller disposes it
   * @throws UserError where the initial state depends on how many steps the whole has, or `state` is none for such a
   *   batch
   */
  runFrom(sequence: Tensor3D, state?: S): Piece<S> {
    return tf.tidy(() => {
      // not by this part's steps: the whole has more
      if (state !== undefined) this.checkState(state, sequence.shape[0]);
      const from = state ?? this.start(this.parameters, sequence.shape[0]);
      const { state: last, outputs } = this.scan(this.parameters, sequence, true, from);
      return { outputs: outputs as Tensor3D, state: last } as never;
    });
  }

  protected override run(parameters: Parameters, sequence: Tensor3D): Tensor {
    const every = this.answersEvery;
    const { state, outputs } = this.scan(parameters, sequence, every);
    return every ? outputs! : this.shown(state);
  }

  /**
   * [batch, outputs], or with answers at every step [batch, steps, outputs], for an input [batch, steps, features].
   *
   * @internal
   */
  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    const [batch = null, steps = null] = inputShape;
    return this.answersEvery ? [batch, steps, this.size] : [batch, this.size];
  }

  /** @throws UserError when it is no state of this layer for so many rows */
  private checkState(state: unknown, batch: number): void {
    const fail = (what: string) => {
      throw new UserError(
        `layer ${this.name}: ${what}: pass the state that the call for the part before returned, for as many rows`,
      );
    };
    const given = (state ?? {}) as Record<string, unknown>;
    const [like, longer] = [1, 2].map((steps) => this.start(this.parameters, batch, steps));
    for (const [name, { shape }] of Object.entries(like!)) {
      const found = given[name];
      // a size that goes by the steps of the whole may be any
      const fits = (size: number, d: number) => size === shape[d] || shape[d] !== longer![name]!.shape[d];
      if (!(found instanceof tf.Tensor))
        fail(`${name} of the state is ${found === undefined ? "missing" : show(found)}, expected [${shape}]`);
      else if (found.isDisposed) fail(`${name} of the state was disposed`);
      else if (found.rank !== shape.length || !found.shape.every(fits))
        fail(`${name} of the state is [${found.shape}], expected [${shape}]`);
    }
    const strange = Object.keys(given).find((name) => !Object.hasOwn(like!, name));
    if (strange !== undefined) fail(`the state has ${strange}, which this layer's hasn't`);
  }

  private scan(parameters: Parameters, sequence: Tensor3D, every: boolean, from?: S): ScanResult<S> {
    const step = this.step(parameters);
    const cell = (state: S, input: Tensor) => {
      const next = step(state, input as Tensor2D);
      return every ? { state: next, output: this.shown(next) } : { state: next };
    };
    const start = from ?? this.start(parameters, ...(sequence.shape.slice(0, 2) as [number, number]));
    // answers at every step don't look ahead: what comes after the batch's end may be left out
    return scan(cell, start, sequence, { steps: every && !from ? sequenceSteps() : undefined });
  }
}

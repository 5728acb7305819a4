import type { LayersModel, Tensor3D } from "@tensorflow/tfjs-node";
import { checkGivesLogits } from "tfjs-capture/dist/src/training/trainer.js";
import { type Samples, sampleRow } from "../dataset/index.js";
import { wrap } from "../memory/circular.js";
import { show, UserError } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";
import { applyAfterFirst } from "./chain.js";
import { headNames, ntmLayer } from "./find-layer.js";
import type { NtmLayer } from "./ntm-layer.js";

/** What one head did at one step. */
export interface HeadStep {
  /** "read" or "write"; of several of a kind "read 1", "read 2", ... */
  head: string;
  /** [width] */
  key: number[];
  /** beta, above 0 */
  strength: number;
  /** g, from 0 (where the head was) to 1 (where the content is) */
  gate: number;
  /** gamma, above 1 */
  sharpening: number;
  /** slots that the head moves by: delta of a Gaussian shift, of any other the mean offset of its kernel */
  shift: number;
  /**
   * how wide it spreads a slot, in slots: sigma of a Gaussian shift, of any other the standard deviation of the offsets
   */
  focus: number;
  /** the shift's own parameters by name, e.g. { delta: [0.4], sigma: [0.9] } */
  parameters: Record<string, number[]>;
  /** the stages of its addressing, [slots] each */
  content: number[];
  gated: number[];
  shifted: number[];
  weights: number[];
}

/** What the model did at one step of a sequence. */
export interface WalkStep {
  /** [features] */
  input: number[];
  /** read heads first */
  heads: HeadStep[];
  /** after the step, [slots][width] */
  memory: number[][];
  /** of the classes, if the sequence ended here, [classes] */
  probabilities: number[];
}

/** A memory model's way through one sample. */
export interface AddressingWalk {
  /** row of the samples */
  sample: number;
  label: number;
  steps: WalkStep[];
}

/**
 * Follows a memory model through samples, step by step: what every head did, what the memory held, what the model would
 * have answered.
 *
 *     const walks = addressingWalk(model, data.test, [0, 1]);
 *     walks[0].steps[5].heads[0].gate;
 *
 * @param model with one NtmLayer and after it a chain of layers that ends with logits, as `buildModel` makes it
 * @param given each row a sequence, [steps * features]: of a data set, or as `trainingSet` makes it
 * @param rows which of them
 * @returns one walk a row, in the order of `rows`
 * @throws UserError when the model has no NtmLayer, or the sequences don't fit it
 */
export function addressingWalk(
  model: LayersModel,
  given: Samples | TrainingSamples,
  rows: readonly number[],
): AddressingWalk[] {
  const layer = ntmLayer(model);
  checkGivesLogits("addressingWalk", model);
  const [, steps, features] = model.inputs[0]!.shape as [null, number | null, number];
  const samples = samplesOf(given, features);
  if (rows.length === 0) return [];
  const sequences = rows.map((row) => Array.from(sampleRow(samples, row)));
  const length = sequences[0]!.length;
  if (length % features !== 0 || (steps !== null && length !== steps * features))
    throw new UserError(
      `samples have ${length} values, expected ${steps ?? "steps"} * ${features} as model ${model.name} reads them`,
    );
  return tf.tidy(() => {
    const sequence = tf.tensor2d(sequences).reshape([rows.length, length / features, features]) as Tensor3D;
    const names = headNames(layer);
    const traced = layer.trace(sequence).map((step) => ({
      input: step.input.arraySync(),
      memory: step.state.memory.arraySync(),
      probabilities: tf
        .softmax(applyAfterFirst(model, layer.answersEvery, layer.outputOf(step.state)))
        .arraySync() as number[][],
      heads: headsOf(step.heads, layer),
    }));
    return rows.map((row, b) => ({
      sample: row,
      label: samples.y[row]!,
      steps: traced.map(({ input, memory, probabilities, heads }) => ({
        input: input[b]!,
        heads: names.map((head, h) => ({ head, ...heads[b]![h]! })),
        memory: memory[b]!,
        probabilities: probabilities[b]!,
      })),
    }));
  });
}

/** What `trainingSet` gives. */
interface TrainingSamples {
  readonly x: Float32Array;
  readonly labels: Int32Array;
  readonly shape: readonly number[];
}

/** @throws UserError when they are none, or a training set's have other features than the model reads */
function samplesOf(given: Samples | TrainingSamples, features: number): Samples {
  if (typeof given !== "object" || given === null)
    throw new UserError(`samples are ${show(given)}, expected those of a data set, or what trainingSet gives`);
  if (!("labels" in given)) return given;
  const { x, labels, shape } = given;
  if (shape.length > 1 && shape.at(-1) !== features)
    throw new UserError(`samples are [${shape}], expected [steps, ${features}] as the model reads them`);
  // rows are only read, and float32 will do
  return { x: x as unknown as Float64Array, y: labels, rows: labels.length };
}

type Heads = ReturnType<NtmLayer["trace"]>[number]["heads"];

/** [batch][heads] */
function headsOf(heads: Heads, layer: NtmLayer): Omit<HeadStep, "head">[][] {
  const { parameters, shift, ...stages } = heads;
  const { key, strength, gate, sharpening, content, gated, shifted, weights } = arrays(stages);
  const own = arrays(parameters);
  const slots = heads.weights.shape[2];
  const kernels = layer.kernels(shift).map(({ offsets, kernel }) => ({
    // the nearest way around the ring
    offsets: offsets.map((offset) => wrap(offset, slots)),
    kernel: kernel.arraySync(),
  }));
  return weights.map((each, b) =>
    each.map((_, h) => {
      // NaN where another head's shift has a parameter that this one's hasn't
      const said = Object.entries(own).map(([name, values]) => [
        name,
        values[b]![h]!.filter((value) => !Number.isNaN(value)),
      ]);
      const mine = Object.fromEntries(said.filter(([, values]) => values!.length > 0)) as Record<string, number[]>;
      const { offsets, kernel } = kernels[h]!;
      return {
        key: key[b]![h]!,
        strength: strength[b]![h]![0]!,
        gate: gate[b]![h]![0]!,
        sharpening: sharpening[b]![h]![0]!,
        ...(mine.delta && mine.sigma
          ? { shift: mine.delta[0]!, focus: mine.sigma[0]! }
          : moments(kernel[b]![0]!, offsets)),
        parameters: mine,
        content: content[b]![h]!,
        gated: gated[b]![h]!,
        shifted: shifted[b]![h]!,
        weights: weights[b]![h]!,
      };
    }),
  );
}

function arrays<K extends string>(tensors: Record<K, Tensor3D>): Record<K, number[][][]> {
  const entries = Object.entries<Tensor3D>(tensors).map(([name, tensor]) => [name, tensor.arraySync()]);
  return Object.fromEntries(entries);
}

/** Mean and standard deviation of the offsets under the kernel. */
function moments(kernel: readonly number[], offsets: readonly number[]): { shift: number; focus: number } {
  const mean = (value: (offset: number) => number) =>
    kernel.reduce((sum, weight, k) => sum + weight * value(offsets[k]!), 0);
  const shift = mean((offset) => offset);
  return { shift, focus: Math.sqrt(mean((offset) => (offset - shift) ** 2)) };
}

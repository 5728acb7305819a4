import type { LayersModel, Scalar, Tensor } from "@tensorflow/tfjs-node";
import { refusePromise, show, UserError } from "../support/user-error.js";
import { tf } from "../tensorflow.js";
import { withCallLosses } from "./call-losses.js";
import { type Loss, lookedAt, softmaxCrossEntropy } from "./loss.js";
import { checkGivesLogits } from "./trainer.js";

/**
 * What a step makes smaller: the weighted sum of the outputs' losses, and the penalties of the layers' regularizers.
 */
export class Objective {
  /** one for each of the model's outputs */
  private readonly losses: readonly Loss[];

  /**
   * @param losses one for each of the model's outputs, or one for all
   * @param lossWeights factors of the outputs' losses
   * @throws UserError when there aren't as many as outputs
   */
  constructor(
    readonly model: LayersModel,
    losses: Loss | readonly Loss[],
    private readonly lossWeights: readonly number[] | undefined,
  ) {
    const outputs = model.outputs.length;
    this.losses = typeof losses === "function" ? model.outputs.map(() => losses) : losses;
    this.losses.forEach((loss, i) => {
      if (loss === softmaxCrossEntropy) checkGivesLogits("softmaxCrossEntropy", model, i);
    });
    for (const [what, list] of Object.entries({ losses: this.losses, lossWeights: lossWeights ?? this.losses })) {
      if (list.length !== outputs)
        throw new UserError(
          `captureTraining: ${list.length} ${what}, but model ${model.name} has ${outputs} outputs: give one for each`,
        );
    }
  }

  /** The model's outputs for a batch. */
  apply(inputs: readonly Tensor[], training: boolean): Tensor[] {
    const given = inputs.length === 1 ? inputs[0]! : [...inputs];
    const run = () => [this.model.apply(given, { training }) as Tensor | Tensor[]].flat();
    // a step needs the losses that are added meanwhile, a prediction leaves none
    return training ? run() : withCallLosses(this.model, run);
  }

  /** The loss of a batch. @param weights of the samples, one [batch] for each output */
  loss(inputs: readonly Tensor[], targets: readonly Tensor[], weights: readonly Tensor[]): Scalar {
    return withCallLosses(this.model, () => this.sum(this.apply(inputs, true), targets, weights));
  }

  private sum(outputs: readonly Tensor[], targets: readonly Tensor[], weights: readonly Tensor[]): Scalar {
    const each = outputs.map((output, i) => {
      const loss = this.losses[i]!;
      const apply = () => loss(targets[i]!, output, weights[i]);
      const value: unknown = loss === softmaxCrossEntropy ? lookedAt(apply) : apply();
      refusePromise(value, "captureTraining: the loss");
      if (!(value instanceof tf.Tensor) || value.size !== 1 || value.dtype !== "float32")
        throw new UserError(
          `captureTraining: the loss gives ${show(value)}, expected a scalar: a mean over the batch, say`,
        );
      const scalar = value.rank === 0 ? value : tf.reshape(value, []);
      return this.lossWeights ? tf.mul(scalar, this.lossWeights[i]!) : scalar;
    });
    // tfjs-layers hides what its own fit adds
    const penalties = (this.model as unknown as { calculateLosses(): Tensor[] }).calculateLosses();
    return [...each, ...penalties].reduce((sum, term) => tf.add(sum, term)) as Scalar;
  }

  /** Whether samples may be weighted. @throws UserError when a loss takes no weights */
  checkWeighable(): void {
    const i = this.losses.findIndex((loss) => loss.length < 3);
    if (i >= 0)
      throw new UserError(
        `captureTraining: the loss${this.losses.length > 1 ? ` of output ${i}` : ""} takes no sample weights: give it a third parameter, weights [batch], without a default`,
      );
  }

  /** Whether the loss of an output looks at its targets, their number of rows too. */
  looksAtTargets(output: number): boolean {
    return this.losses[output]!.checkTargets !== undefined;
  }

  /** @throws UserError when a batch's targets can't be what a loss compares with */
  checkTargets(targets: readonly Tensor[]): void {
    targets.forEach((target, i) => {
      this.losses[i]!.checkTargets?.(target, this.model.outputs[i]!.shape.at(-1) ?? undefined);
    });
  }
}

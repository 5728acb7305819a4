import type { LayersModel, Tensor } from "@tensorflow/tfjs-node";
import { adam, captureTraining, type Loss } from "../src/index.js";
import { tf } from "../src/tensorflow.js";

/** What training by `fit` and by `captureTraining` gave, on the same batch. */
export interface Compared {
  /** milliseconds a step */
  fit: number;
  captured: number;
  /** after as many steps */
  fitLoss: number;
  capturedLoss: number;
}

/**
 * Trains two copies of a model, by `fit` and captured, and times both; what compiling takes isn't counted.
 *
 * @param make the model, with the same weights each time
 * @param loss the same, as `compile` knows it and as a function
 */
export async function againstFit(
  make: () => LayersModel,
  x: Tensor | Tensor[],
  targets: { fit: Tensor; captured: Tensor },
  loss: { fit: string | ((targets: Tensor, predictions: Tensor) => Tensor); captured: Loss },
  steps: number,
): Promise<Compared> {
  const [theirs, ours] = [make(), make()];
  theirs.compile({ optimizer: tf.train.adam(1e-2, 0.9, 0.999, 1e-3), loss: loss.fit as string });
  const options = { batchSize: targets.fit.shape[0]!, epochs: 1, shuffle: false, verbose: 0 as const };
  const trainer = await captureTraining(ours, {
    loss: loss.captured,
    optimizer: adam({ epsilon: 1e-3 }),
    compile: "xla",
  });
  const timed = async (step: () => Promise<number>) => {
    let last = await step();
    const start = performance.now();
    for (let i = 1; i < steps; i++) last = await step();
    return [(performance.now() - start) / (steps - 1), last] as const;
  };
  const [fit, fitLoss] = await timed(
    async () => (await theirs.fit(x, targets.fit, options)).history.loss![0] as number,
  );
  const [captured, capturedLoss] = await timed(async () => trainer.step(x, targets.captured, 1e-2));
  trainer.dispose();
  return { fit, captured, fitLoss, capturedLoss };
}

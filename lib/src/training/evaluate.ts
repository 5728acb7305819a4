import { checkTrainer } from "tfjs-capture/dist/src/training/trainer.js";
import type { Trainer } from "../capture.js";
import { tf } from "../tensorflow/tf.js";
import { checkFits, checkSet, type TrainingSet } from "./training-set.js";

/** How a model does on a set. */
export interface Evaluation {
  /** mean softmax cross-entropy, nats */
  loss: number;
  /** samples whose largest logit is their label's; where a logit is NaN none is the largest */
  correct: number;
  of: number;
  /** correct / of */
  accuracy: number;
}

/**
 * Loss and accuracy of a model of logits on a whole set, in one captured call.
 *
 * @returns loss in nats, a mean over the samples; accuracy from 0 to 1
 * @throws UserError when the set isn't one for the model
 */
export function evaluate(trainer: Trainer, set: TrainingSet): Evaluation {
  checkTrainer(trainer);
  checkSet(set);
  checkFits(trainer.model, set);
  const of = set.labels.length;
  const logits = tf.tidy(() => trainer.predict(tf.tensor(set.x, [of, ...set.shape])).dataSync<"float32">());
  const classes = logits.length / of;
  let correct = 0;
  let loss = 0;
  for (let row = 0; row < of; row++) {
    const scores = logits.subarray(row * classes, (row + 1) * classes);
    const label = set.labels[row]!;
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[c]! > scores[best]!) best = c;
    // every comparison with NaN is false: such a row has no largest logit
    if (best === label && scores.every((score) => !Number.isNaN(score))) correct++;
    const top = scores[best]!;
    loss += top + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - top), 0)) - scores[label]!;
  }
  return { loss: loss / of, correct, of, accuracy: correct / of };
}

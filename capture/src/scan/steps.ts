import type { Tensor } from "@tensorflow/tfjs-node";

let current: Tensor | undefined;

/**
 * How many steps of its sequences the batch has that is being recorded for: an int32 scalar for `scan`'s option
 * `steps`. Undefined when all steps are to run: whenever nothing is recorded, and in a training whose batches are all
 * equally long.
 * @internal
 */
export function sequenceSteps(): Tensor | undefined {
  return current;
}

/** Runs `run` for batches with so many steps. */
export function withSequenceSteps<T>(steps: Tensor | undefined, run: () => T): T {
  const outer = current;
  current = steps;
  try {
    return run();
  } finally {
    current = outer;
  }
}

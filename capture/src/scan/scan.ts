import type { Tensor } from "@tensorflow/tfjs-node";
import { checkSteps } from "../indices.js";
import { activeRecorder } from "../recorder.js";
import { checkKeys } from "../support/options.js";
import { CaptureError, refusePromise, show } from "../support/user-error.js";
import { tf } from "../tensorflow.js";
import type { Cell } from "./body.js";
import { type Scanned, scanRecorded } from "./kernel.js";

/** What a loop carries from step to step, by name. */
export type State = Record<string, Tensor>;

/** What a loop over a sequence gives. */
export interface ScanResult<S extends State> {
  /** after the last step */
  state: S;
  /** the outputs of all steps, [batch, steps, ...]; undefined when the cell gives none */
  outputs: Tensor | undefined;
}

/**
 * Runs a cell over the steps of a sequence. Inside `capture` or `captureTraining` the cell is recorded once, its
 * gradient too, and both become loops of the graph: the time to compile doesn't grow with the number of steps.
 * Elsewhere it is a plain JavaScript loop.
 *
 * Captured, gradients flow through states and outputs of float32 alone. Eagerly tfjs hands them through `tf.cast` as if
 * whole numbers and truth values were floats.
 *
 * @param cell one step: (state, input [batch, ...]) -> { state, output? }; the state keeps its names, shapes and types.
 *   Weights are used from outside, gradients flow to them.
 * @param initialState named tensors, [batch, ...]
 * @param inputs [batch, steps, ...]
 * @param options.steps how many of the steps to run, at least one, all where there are fewer: an int32 scalar, whose
 *   value may be known only when the graph runs. The loop then ends there: the state is that after the last step that
 *   ran, outputs and the inputs' gradients are 0 from there on.
 * @returns the last state, and the outputs of all steps, [batch, steps, ...]
 * @throws CaptureError when the cell changes the state's shapes, is async, or hands a value of one step out in another
 *   way than as output; UserError for an unknown option
 */
export function scan<S extends State>(
  cell: (state: S, input: Tensor) => { state: S; output?: Tensor },
  initialState: S,
  inputs: Tensor,
  options: { steps?: Tensor | undefined } = {},
): ScanResult<S> {
  checkKeys("scan options", options, ["steps"]);
  const { steps } = options;
  checkScan(cell, initialState, inputs, steps);
  const names = Object.keys(initialState);
  const named = (tensors: Tensor[]) => Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) as S;
  const start = names.map((name) => initialState[name]!);
  const flat: Cell = (input, state) => {
    const result = cell(named(state), input);
    checkResult(result, names, state);
    return { state: names.map((name) => result.state[name]!), output: result.output };
  };
  const recorder = activeRecorder();
  // a trainer has looked at its batches' own
  if (recorder && steps && steps !== current) recorder.checkSteps(recorder.resolve(steps, "scan's steps"));
  const { state, outputs } = recorder
    ? scanRecorded(recorder, flat, start, inputs, steps)
    : scanEagerly(flat, start, inputs, steps);
  return { state: named(state), outputs };
}

/** @throws CaptureError when an argument of scan is of the wrong kind */
function checkScan(cell: unknown, state: unknown, inputs: unknown, steps: unknown): void {
  if (typeof cell !== "function")
    throw new CaptureError(`scan: the cell is ${show(cell)}, expected a function of one step`);
  if (typeof state !== "object" || state === null || Array.isArray(state))
    throw new CaptureError(`scan: the initial state is ${show(state)}, expected tensors by name, e.g. { hidden }`);
  const odd = Object.entries(state).find(([, tensor]) => !(tensor instanceof tf.Tensor));
  if (odd) throw new CaptureError(`scan: the initial state's ${odd[0]} is ${show(odd[1])}, expected a tensor`);
  if (!(inputs instanceof tf.Tensor)) throw new CaptureError(`scan: the inputs are ${show(inputs)}, expected a tensor`);
  if (inputs.rank < 2 || inputs.shape[1] === 0)
    throw new CaptureError(
      `scan: the inputs have shape [${inputs.shape}], expected [batch, steps, ...] with at least one step`,
    );
  if (steps !== undefined && !(steps instanceof tf.Tensor && steps.dtype === "int32" && steps.rank === 0))
    throw new CaptureError(
      `scan: steps is ${show(steps)}, expected an int32 scalar: how many of the inputs' steps to run`,
    );
}

/** @throws CaptureError when a step gives something else than a state as it was before and, perhaps, an output */
function checkResult(
  result: { state?: Partial<State>; output?: unknown },
  names: readonly string[],
  before: readonly Tensor[],
): void {
  refusePromise(result, "scan: the cell", CaptureError);
  const missing = names.find((name) => !(result.state?.[name] instanceof tf.Tensor));
  if (missing !== undefined)
    throw new CaptureError(`scan: the cell's new state lacks ${missing}: return { state: { ${names.join(", ")} } }`);
  names.forEach((name, i) => {
    const { dtype, shape } = before[i]!;
    const after = result.state![name]!;
    if (after.dtype === dtype && after.shape.join() === shape.join()) return;
    throw new CaptureError(
      `scan: the cell turns state ${name} from ${dtype} [${shape}] into ${after.dtype} [${after.shape}]: a loop's state keeps its shape and type`,
    );
  });
  if (result.output !== undefined && !(result.output instanceof tf.Tensor))
    throw new CaptureError(`scan: the cell's output is ${show(result.output)}, expected a tensor, or none`);
  if (result.output instanceof tf.Tensor && result.output.rank === 0)
    throw new CaptureError("scan: the cell's output is a scalar, expected [batch, ...]: give one value for each row");
}

/**
 * The loop in JavaScript, step by step.
 *
 * @param start state before the first step
 * @param inputs [batch, steps, ...]
 * @param limit how many of the steps to run
 */
function scanEagerly(cell: Cell, start: Tensor[], inputs: Tensor, limit?: Tensor): Scanned {
  let state = start;
  const outputs: Tensor[] = [];
  // tfjs's gradient of an unstack into one tensor is broken
  const byStep = inputs.shape[1] === 1 ? [tf.squeeze(inputs, [1])] : tf.unstack(inputs, 1);
  const asked = limit?.dataSync()[0];
  if (asked !== undefined) checkSteps(asked);
  const run = Math.min(asked ?? byStep.length, byStep.length);
  for (const [i, input] of byStep.slice(0, run).entries()) {
    const step = cell(input, state);
    state = step.state;
    if (i > 0) checkOutput(step.output, outputs[0]);
    if (step.output) outputs.push(step.output);
  }
  while (outputs.length > 0 && outputs.length < byStep.length) outputs.push(tf.zerosLike(outputs[0]!));
  return { state, outputs: outputs.length > 0 ? tf.stack(outputs, 1) : undefined };
}

/** @throws CaptureError when a later step's output isn't of the first one's shape and type, or one of them is missing */
function checkOutput(output: Tensor | undefined, first: Tensor | undefined): void {
  if (output?.dtype === first?.dtype && output?.shape.join() === first?.shape.join()) return;
  const text = (tensor: Tensor | undefined) => (tensor ? `${tensor.dtype} [${tensor.shape}]` : "missing");
  throw new CaptureError(
    `scan: the cell's output is ${text(output)} after a step, after the first it was ${text(first)}: give one of the same shape and type at each step, or none`,
  );
}

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

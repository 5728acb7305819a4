import type { Tensor } from "@tensorflow/tfjs-node";
import type { TensorLike } from "../backend.js";
import { CaptureError } from "../error.js";
import type { Graph, Value } from "../graph.js";
import { activeRecorder, type Recorder } from "../recorder.js";
import { refusePromise } from "../support/promise.js";
import { show } from "../support/user-error.js";
import { tf } from "../tensorflow.js";
import { arrangements } from "./arrange.js";
import { type Cell, recordStep, type StepGraph } from "./body.js";
import { checkScan, checkState, checkSteps } from "./check.js";
import { Copier } from "./copy.js";
import { type Scanned, scanEagerly } from "./eager.js";
import { type FusionGuard, guardFusion, timesOne } from "./fusion.js";
import { engine, isolated, underGradient } from "./isolate.js";
import { add, addLoop, advance, atMost, before, compare, list, rowOf, zeroFrom } from "./loop.js";
import { toBatchMinor } from "./minor.js";
import { residualsOf } from "./residuals.js";

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
 * @param cell one step: (state, input [batch, ...]) -> { state, output? }; the state keeps its names, shapes and types.
 *   Weights are used from outside, gradients flow to them.
 * @param initialState named tensors, [batch, ...]
 * @param inputs [batch, steps, ...]
 * @param options.steps how many of the steps to run, at least one: an int32 scalar, whose value may be known only when
 *   the graph runs. The loop then ends there: the state is that after the last step that ran, outputs and the inputs'
 *   gradients are 0 from there on.
 * @returns the last state, and the outputs of all steps, [batch, steps, ...]
 * @throws CaptureError when the cell changes the state's shapes, is async, or hands a value of one step out in another
 *   way than as output
 */
export function scan<S extends State>(
  cell: (state: S, input: Tensor) => { state: S; output?: Tensor },
  initialState: S,
  inputs: Tensor,
  options: { steps?: Tensor | undefined } = {},
): ScanResult<S> {
  checkScan(cell, initialState, inputs);
  const names = Object.keys(initialState);
  const named = (tensors: Tensor[]) => Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) as S;
  const start = names.map((name) => initialState[name]!);
  if (inputs.rank < 2 || inputs.shape[1] === 0) {
    throw new CaptureError(
      `scan: the inputs have shape [${inputs.shape}], expected [batch, steps, ...] with at least one step`,
    );
  }
  const { steps } = options;
  checkSteps(steps);
  const flat: Cell = (input, state) => {
    const result = cell(named(state), input);
    refusePromise(result, "scan: the cell", CaptureError);
    const missing = names.find((name) => !(result.state?.[name] instanceof tf.Tensor));
    if (missing !== undefined)
      throw new CaptureError(`scan: the cell's new state lacks ${missing}: return { state: { ${names.join(", ")} } }`);
    const state_ = names.map((name) => result.state[name]!);
    checkState(names, state, state_);
    if (result.output !== undefined && !(result.output instanceof tf.Tensor))
      throw new CaptureError(`scan: the cell's output is ${show(result.output)}, expected a tensor, or none`);
    return result.output ? { state: state_, output: result.output } : { state: state_ };
  };
  const recorder = activeRecorder();
  const { state, outputs } = recorder
    ? scanRecorded(recorder, flat, start, inputs, steps)
    : scanEagerly(flat, start, inputs, steps);
  return { state: named(state), outputs };
}

const KERNEL = "DmsNtmScan";

/** What the kernel and its gradient need to know of one scan; handed through tfjs as an attribute. */
interface Plan {
  recorder: Recorder;
  step: StepGraph;
  steps: number;
  /** how many of them run; undefined: all */
  limit: Value | undefined;
  stateCount: number;
  inputShape: number[];
  /** whether the step has the batch on its last axis */
  minor: boolean;
  /** made by the kernel, for the gradient */
  saved?: { residuals: Value[]; lists: Value[]; inputs: Value };
}

function scanRecorded(recorder: Recorder, cell: Cell, start: Tensor[], inputs: Tensor, limit?: Tensor): Scanned {
  if (recorder.parent)
    throw new CaptureError(
      "scan: a scan inside the cell of another can't be recorded: write the inner loop out in JavaScript",
    );
  if (engine().state.gradientDepth > 1)
    throw new CaptureError("scan: gradients of gradients through scan can't be recorded: take them eagerly");
  const steps = inputs.shape[1]!;
  const differentiate = underGradient();
  const zeros = (shape: number[], dtype: string) => tf.zeros(shape, dtype as "float32");
  // examples of their own, so that what the step does is recorded apart from the tensors around it
  const step = isolated(() => {
    const input = zeros([inputs.shape[0]!, ...inputs.shape.slice(2)], inputs.dtype);
    return recordStep(
      recorder,
      cell,
      input,
      start.map((tensor) => zeros(tensor.shape, tensor.dtype)),
      differentiate,
    );
  });
  const leaves = step.gradient?.leaves ?? [];
  const minor = recorder.mode === "xla" ? toBatchMinor(recorder.graph, step) : undefined;
  const plan: Plan = {
    recorder,
    step: minor ?? step,
    minor: minor !== undefined,
    steps,
    limit: limit && atMost(recorder.graph, recorder.resolve(limit, "scan's steps"), steps),
    stateCount: start.length,
    inputShape: inputs.shape,
  };
  const results = engine().runKernel(KERNEL, named([...start, inputs, ...leaves]), { plan });
  return { state: results.slice(0, start.length), outputs: results[start.length] };
}

const named = (tensors: Tensor[]) => Object.fromEntries(tensors.map((tensor, i) => [`t${i}`, tensor]));

/** Adds the forward loop to the graph. */
function runForward({
  inputs: tensors,
  attrs,
}: {
  inputs: Record<string, Tensor>;
  attrs: { plan: Plan };
}): TensorLike[] {
  const { plan } = attrs;
  const { recorder, step, steps, limit, stateCount } = plan;
  const { graph } = recorder;
  const resolve = (tensor: Tensor) => recorder.resolve(tensor, "scan");
  const { enter, exit, byStep: inOrder, stacked: backInOrder } = arrangements(graph, plan.minor);
  const start = Array.from({ length: stateCount }, (_, i) => enter(resolve(tensors[`t${i}`]!)));
  const sequence = resolve(tensors[`t${stateCount}`]!);
  const byStep = inOrder(sequence);
  const outer = step.captured.map((entry) => entry.outer);
  const kept = [...residualsOf(step), ...(step.output ? [step.output] : [])];

  const known = new Set<Value>([step.input, ...step.state, ...step.captured.map(({ inner }) => inner)]);
  const guard = plan.minor ? guardFusion([...step.newState, ...kept], known, kept) : undefined;
  const initial = [
    graph.ints(0),
    byStep,
    ...outer,
    ...start,
    ...kept.map((value) => list.reserve(graph, steps, value)),
    ...guarded(graph, guard),
    ...(limit ? [limit] : []),
  ];
  const carried = addLoop(
    graph,
    "scan",
    initial,
    (body, all) => (limit ? before(body, all[0]!, all.at(-1)!) : compare(body, "Less", all[0]!, steps)),
    (body, [counter, xs, ...rest]) => {
      const captured = rest.slice(0, outer.length);
      const state = rest.slice(outer.length, outer.length + stateCount);
      const lists = rest.slice(outer.length + stateCount, outer.length + stateCount + kept.length);
      const spare = rest.slice(outer.length + stateCount + kept.length);
      const known = new Map<Value, Value>([[step.input, rowOf(body, xs!, counter!)]]);
      step.captured.forEach(({ inner }, i) => known.set(inner, captured[i]!));
      step.state.forEach((value, i) => known.set(value, state[i]!));
      const copier = new Copier(body, known, guard?.substitute(spare[0]!, spare.slice(1, 1 + guard.buffers.length)));
      const stored = (value: Value) => (guard ? timesOne(body, value, spare[0]!) : value);
      return [
        advance(body, counter!, 1),
        xs!,
        ...captured,
        ...step.newState.map((value) => copier.copy(value)),
        ...kept.map((value, i) => list.set(body, lists[i]!, counter!, stored(copier.copy(value)))),
        ...(guard ? [spare[0]!, ...guard.filled()] : []),
        ...(limit ? [spare.at(-1)!] : []),
      ];
    },
  );
  const listsAt = 2 + outer.length + stateCount;
  const lists = carried.slice(listsAt, listsAt + kept.length);
  const residuals = step.output ? kept.slice(0, -1) : kept;
  plan.saved = { residuals, lists: lists.slice(0, residuals.length), inputs: byStep };
  const results = carried
    .slice(2 + outer.length, 2 + outer.length + stateCount)
    .map((value) => standIn(recorder, exit(value)));
  if (step.output) {
    const stacked = list.stack(graph, lists.at(-1)!, steps, step.output);
    results.push(standIn(recorder, backInOrder(limit ? zeroFrom(graph, stacked, limit) : stacked)));
  }
  return results;
}

/** What a loop carries for a guard: the 1, and the buffers. */
function guarded(graph: Graph, guard: FusionGuard | undefined): Value[] {
  return guard ? [graph.unknownOne(), ...guard.buffers.map(({ shape }) => graph.zeros(shape))] : [];
}

/** A tensor of zeros that stands for a value of the graph: while recording, only its shape and type matter. */
function standIn(recorder: Recorder, value: Value): Tensor {
  const tensor = tf.zeros([...value.shape], value.dtype as "float32");
  recorder.bind(tensor, value, "a result of scan");
  return tensor;
}

/** Adds the backward loop to the graph. @returns the gradients of the kernel's inputs */
function runBackward(dys: Tensor | Tensor[], _saved: unknown, attrs: unknown): Record<string, () => Tensor> {
  const { plan } = attrs as { plan: Plan };
  const { recorder, step, steps, limit, stateCount, saved } = plan;
  const { graph } = recorder;
  const gradient = step.gradient!;
  const incoming = (Array.isArray(dys) ? dys : [dys]).map((tensor) => recorder.resolve(tensor, "the gradient of scan"));
  const outer = step.captured.map((entry) => entry.outer);
  const { residuals, lists, inputs: byStep } = saved!;
  const leafValues = gradient.leaves.map((tensor) => recorder.resolve(tensor, "scan"));
  const outputGradient = gradient.output && incoming[stateCount];
  const { enter, exit, byStep: inOrder, stacked: backInOrder } = arrangements(graph, plan.minor);
  const outputList = outputGradient ? [list.from(graph, inOrder(outputGradient))] : [];
  const inputList = gradient.input ? [list.reserve(graph, steps, step.input)] : [];

  const results = [...gradient.state, ...gradient.leafGradients, gradient.input].filter((value) => value !== undefined);
  const sources = [step.input, ...step.captured.map(({ inner }) => inner), ...residuals, ...gradient.newState];
  const guard = plan.minor
    ? guardFusion(results, new Set([...sources, ...(gradient.output ? [gradient.output] : [])]), [])
    : undefined;
  const initial = [
    limit ? advance(graph, limit, -1) : graph.ints(steps - 1),
    byStep,
    ...outer,
    ...incoming.slice(0, stateCount).map(enter),
    ...leafValues.map((value) => graph.zeros(value.shape)),
    ...lists,
    ...outputList,
    ...inputList,
    ...guarded(graph, guard),
  ];
  const carried = addLoop(
    graph,
    "scan_gradient",
    initial,
    (body, [counter]) => compare(body, "GreaterEqual", counter!, 0),
    (body, [counter, xs, ...all]) => {
      const rest = [...all];
      const take = (count: number) => rest.splice(0, count);
      const captured = take(outer.length);
      const stateGradients = take(stateCount);
      const sums = take(leafValues.length);
      const savedLists = take(lists.length);
      const [outputs, inputsOut, spare] = [take(outputList.length), take(inputList.length), rest];
      const known = new Map<Value, Value>([[step.input, rowOf(body, xs!, counter!)]]);
      step.captured.forEach(({ inner }, i) => known.set(inner, captured[i]!));
      residuals.forEach((value, i) => known.set(value, list.get(body, savedLists[i]!, counter!, value)));
      gradient.newState.forEach((value, i) => known.set(value, stateGradients[i]!));
      if (gradient.output && outputs[0])
        known.set(gradient.output, list.get(body, outputs[0], counter!, gradient.output));
      const copier = new Copier(body, known, guard?.substitute(spare[0]!, spare.slice(1)));
      return [
        advance(body, counter!, -1),
        xs!,
        ...captured,
        // no gradient flows to an int32 state: what came in for it goes on unchanged
        ...gradient.state.map((value, i) =>
          value
            ? copier.copy(value)
            : step.state[i]!.dtype === "float32"
              ? body.zeros(step.state[i]!.shape)
              : stateGradients[i]!,
        ),
        ...gradient.leafGradients.map((value, i) => (value ? add(body, sums[i]!, copier.copy(value)) : sums[i]!)),
        ...savedLists,
        ...outputs,
        ...inputsOut.map((handle) => list.set(body, handle, counter!, copier.copy(gradient.input!))),
        ...(guard ? [spare[0]!, ...guard.filled()] : []),
      ];
    },
  );
  const at = 2 + outer.length;
  const inputListAt = at + stateCount + leafValues.length + lists.length + outputList.length;
  const result: Record<string, () => Tensor> = {};
  for (let i = 0; i < stateCount; i++) result[`t${i}`] = () => standIn(recorder, exit(carried[at + i]!));
  result[`t${stateCount}`] = () => {
    if (!gradient.input) return tf.zeros(plan.inputShape);
    const stacked = list.stack(graph, carried[inputListAt]!, steps, step.input);
    return standIn(recorder, backInOrder(limit ? zeroFrom(graph, stacked, limit) : stacked));
  };
  gradient.leaves.forEach((_, i) => {
    result[`t${stateCount + 1 + i}`] = () => standIn(recorder, carried[at + stateCount + i]!);
  });
  return result;
}

tf.registerKernel({ kernelName: KERNEL, backendName: "tensorflow", kernelFunc: runForward as never });
tf.registerGradient({ kernelName: KERNEL, gradFunc: runBackward as never });

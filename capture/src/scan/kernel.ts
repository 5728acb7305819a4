import type { Tensor } from "@tensorflow/tfjs-node";
import { binary, compare, rowOf, timesOne } from "../build.js";
import { Copier, type Value } from "../graph.js";
import type { Recorder } from "../recorder.js";
import { CaptureError } from "../support/user-error.js";
import { isolated, type TensorLike, tf, underGradient } from "../tensorflow.js";
import { type Cell, recordStep, type StepGraph } from "./body.js";
import { FusionGuard } from "./fusion.js";
import { addLoop, advance, list, zeroFrom } from "./loop.js";
import { arrangements, toBatchMinor } from "./minor.js";
import { residualsOf } from "./residuals.js";

/** The two loops are the kernel and the gradient of an op of its own: tfjs then differentiates through it. */
const KERNEL = "DmsNtmScan";

/** What a loop gives, without names. */
export interface Scanned {
  state: Tensor[];
  outputs: Tensor | undefined;
}

/** What the kernel and its gradient need to know of one scan; handed through tfjs as an attribute. */
interface Plan {
  recorder: Recorder;
  step: StepGraph;
  steps: number;
  /** how many of them run, one value; empty: all */
  limit: Value[];
  stateCount: number;
  inputShape: number[];
  /** whether the step has the batch on its last axis */
  minor: boolean;
  /** made by the kernel, for the gradient */
  saved?: { residuals: Value[]; lists: readonly Value[]; inputs: Value };
}

/**
 * The loop as one of the graph.
 *
 * @param start state before the first step
 * @param inputs [batch, steps, ...]
 * @param limit how many of the steps to run
 */
export function scanRecorded(recorder: Recorder, cell: Cell, start: Tensor[], inputs: Tensor, limit?: Tensor): Scanned {
  if (recorder.parent)
    throw new CaptureError(
      "scan: a scan inside the cell of another can't be recorded: write the inner loop out in JavaScript",
    );
  if (tf.engine().state.gradientDepth > 1)
    throw new CaptureError("scan: gradients of gradients through scan can't be recorded: take them eagerly");
  const [batch, steps, ...features] = inputs.shape as [number, number, ...number[]];
  const differentiate = underGradient();
  // examples of their own, so that what the step does is recorded apart from the tensors around it
  const step = isolated(() => {
    const input = tf.zeros([batch, ...features], inputs.dtype);
    const state = start.map(({ shape, dtype }) => tf.zeros(shape, dtype));
    return recordStep(recorder, cell, input, state, differentiate);
  });
  const { graph, mode } = recorder;
  const minor = mode === "xla" ? toBatchMinor(graph, step) : undefined;
  const plan: Plan = {
    recorder,
    step: minor ?? step,
    minor: minor !== undefined,
    steps,
    limit: limit ? [binary(graph, "Minimum", recorder.resolve(limit, "scan's steps"), graph.ints(steps))] : [],
    stateCount: start.length,
    inputShape: inputs.shape,
  };
  const tensors = [...start, inputs, ...(step.gradient?.leaves ?? [])];
  const named = Object.fromEntries(tensors.map((tensor, i) => [`t${i}`, tensor]));
  const results = tf.engine().runKernel<Tensor[]>(KERNEL, named, { plan } as never);
  return { state: results.slice(0, start.length), outputs: results[start.length] };
}

/** The values that are known at a step's begin: its input, and what it uses from outside the loop. */
function knownAtStep(step: StepGraph, input: Value, captured: readonly Value[]): Map<Value, Value> {
  return new Map([[step.input, input], ...step.captured.map(({ inner }, i) => [inner, captured[i]!] as const)]);
}

/** What a list holds, with 0 from the limit on. @returns [steps, ...] */
function stackedUpTo({ recorder, steps, limit: [limit] }: Plan, handle: Value, item: Value): Value {
  const stacked = list.stack(recorder.graph, handle, steps, item);
  return limit ? zeroFrom(recorder.graph, stacked, limit) : stacked;
}

/** Adds the forward loop to the graph. */
function runForward({ inputs, attrs }: { inputs: Record<string, Tensor>; attrs: { plan: Plan } }): TensorLike[] {
  const { plan } = attrs;
  const { recorder, step, steps, limit, stateCount } = plan;
  const { graph } = recorder;
  const resolve = (i: number) => recorder.resolve(inputs[`t${i}`]!, "scan");
  const arrange = arrangements(graph, plan.minor);
  const start = Array.from({ length: stateCount }, (_, i) => arrange.enter(resolve(i)));
  const byStep = arrange.byStep(resolve(stateCount));
  const residuals = residualsOf(step);
  const kept = [...residuals, ...(step.output ? [step.output] : [])];
  const known = new Set([step.input, ...step.state, ...step.captured.map(({ inner }) => inner)]);
  const guard = plan.minor ? new FusionGuard([...step.newState, ...kept], known, kept) : undefined;
  const carried = addLoop(
    graph,
    "scan",
    {
      counter: [graph.ints(0)],
      inputs: [byStep],
      captured: step.captured.map(({ outer }) => outer),
      state: start,
      lists: kept.map((value) => list.reserve(graph, steps, value)),
      guard: guard?.initial(graph) ?? [],
      limit,
    },
    (body, { counter, limit }) => compare(body, "Less", counter[0]!, limit[0] ?? body.ints(steps)),
    (body, { counter: [counter], inputs, captured, state, lists, guard: guarding, limit }) => {
      const known = knownAtStep(step, rowOf(body, inputs[0]!, counter!), captured);
      step.state.forEach((value, i) => known.set(value, state[i]!));
      const copier = new Copier(body, known, guard?.substitute(guarding));
      const stored = (value: Value) => (guard ? timesOne(body, value, guarding[0]!) : value);
      return {
        counter: [advance(body, counter!, 1)],
        inputs,
        captured,
        state: step.newState.map((value) => copier.copy(value)),
        lists: kept.map((value, i) => list.set(body, lists[i]!, counter!, stored(copier.copy(value)))),
        guard: guard?.next(guarding) ?? [],
        limit,
      };
    },
  );
  plan.saved = { residuals, lists: carried.lists.slice(0, residuals.length), inputs: byStep };
  const results = carried.state.map((value) => recorder.standIn(arrange.exit(value), RESULT));
  if (step.output) {
    const outputs = stackedUpTo(plan, carried.lists.at(-1)!, step.output);
    results.push(recorder.standIn(arrange.stacked(outputs), RESULT));
  }
  return results;
}

const RESULT = "a result of scan";

/** Adds the backward loop to the graph. @returns the gradients of the kernel's inputs */
function runBackward(dys: Tensor | Tensor[], _saved: unknown, attrs: unknown): Record<string, () => Tensor> {
  const { plan } = attrs as { plan: Plan };
  const { recorder, step, minor, inputShape } = plan;
  const { exit, stacked } = arrangements(recorder.graph, minor);
  const gradients = [dys].flat();
  const incoming = gradients.map((tensor) => recorder.resolve(tensor, "the gradient of scan"));
  const { state, sums, inputGradients } = addBackwardLoop(plan, incoming);
  const results = [
    // no gradient flows to a state of whole numbers, and tfjs takes none of their type
    ...state.map(
      (value, i) => () =>
        step.state[i]!.dtype === "float32" ? recorder.standIn(exit(value), RESULT) : tf.zeros(gradients[i]!.shape),
    ),
    () => {
      if (!step.gradient!.input) return tf.zeros(inputShape);
      const gradients = stackedUpTo(plan, inputGradients[0]!, step.input);
      return recorder.standIn(stacked(gradients), RESULT);
    },
    ...sums.map((value) => () => recorder.standIn(value, RESULT)),
  ];
  return Object.fromEntries(results.map((result, i) => [`t${i}`, result]));
}

/** @param incoming gradients of the kernel's results: of the state, and of the outputs if there are any */
function addBackwardLoop({ recorder, step, steps, limit: [limit], stateCount, minor, saved }: Plan, incoming: Value[]) {
  const { graph } = recorder;
  const gradient = step.gradient!;
  const { residuals, lists, inputs } = saved!;
  const arrange = arrangements(graph, minor);
  const leaves = gradient.leaves.map((tensor) => recorder.resolve(tensor, "scan"));
  const outputGradients = gradient.output ? [list.from(graph, arrange.byStep(incoming[stateCount]!))] : [];
  const inputGradients = gradient.input ? [list.reserve(graph, steps, step.input)] : [];
  const results = [...gradient.state, ...gradient.leafGradients, gradient.input].filter((value) => value !== undefined);
  const sources = [step.input, ...step.captured.map(({ inner }) => inner), ...residuals, ...gradient.newState];
  if (gradient.output) sources.push(gradient.output);
  const guard = minor ? new FusionGuard(results, new Set(sources), []) : undefined;
  return addLoop(
    graph,
    "scan_gradient",
    {
      counter: [limit ? advance(graph, limit, -1) : graph.ints(steps - 1)],
      inputs: [inputs],
      captured: step.captured.map(({ outer }) => outer),
      state: incoming.slice(0, stateCount).map(arrange.enter),
      sums: leaves.map(({ shape }) => graph.zeros(shape)),
      lists,
      outputGradients,
      inputGradients,
      guard: guard?.initial(graph) ?? [],
    },
    (body, { counter }) => compare(body, "GreaterEqual", counter[0]!, body.ints(0)),
    (body, carried) => {
      const [counter] = carried.counter;
      const known = knownAtStep(step, rowOf(body, carried.inputs[0]!, counter!), carried.captured);
      residuals.forEach((value, i) => void known.set(value, list.get(body, carried.lists[i]!, counter!, value)));
      gradient.newState.forEach((value, i) => void known.set(value, carried.state[i]!));
      if (gradient.output)
        known.set(gradient.output, list.get(body, carried.outputGradients[0]!, counter!, gradient.output));
      const copier = new Copier(body, known, guard?.substitute(carried.guard));
      const ofState = (value: Value | undefined, i: number) => {
        if (value) return copier.copy(value);
        // no gradient flows to an int32 state: what came in for it goes on unchanged
        const { dtype, shape } = step.state[i]!;
        return dtype === "float32" ? body.zeros(shape) : carried.state[i]!;
      };
      const added = (value: Value | undefined, i: number) =>
        value ? binary(body, "AddV2", carried.sums[i]!, copier.copy(value)) : carried.sums[i]!;
      return {
        ...carried,
        counter: [advance(body, counter!, -1)],
        state: gradient.state.map(ofState),
        sums: gradient.leafGradients.map(added),
        inputGradients: carried.inputGradients.map((handle) =>
          list.set(body, handle, counter!, copier.copy(gradient.input!)),
        ),
        guard: guard?.next(carried.guard) ?? [],
      };
    },
  );
}

tf.registerKernel({ kernelName: KERNEL, backendName: "tensorflow", kernelFunc: runForward as never });
tf.registerGradient({ kernelName: KERNEL, gradFunc: runBackward as never });

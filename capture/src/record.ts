import type { Tensor } from "@tensorflow/tfjs-node";
import type { CompileMode } from "./emit.js";
import { Graph } from "./graph.js";
import { isDivision } from "./indices.js";
import { Outside } from "./outside.js";
import { patchRandomLayers } from "./random/layers.js";
import type { RandomSource } from "./random/source.js";
import { activeRecorder, type Recorded, Recorder } from "./recorder.js";
import { CaptureError, UserError } from "./support/user-error.js";
import {
  type DataId,
  isolated,
  type NodeBackend,
  nodeBackend,
  type OpInput,
  readNow,
  type TensorLike,
  tf,
} from "./tensorflow.js";

export const NESTED =
  "capture: another capture is running (nested or concurrent): call the inner function eagerly, or wait for the outer capture";

/**
 * Runs `fn` once and writes down every TensorFlow op that tfjs-node's backend executes meanwhile.
 *
 * @param inputs tensors that become inputs of the graph; no two may share their values (a clone does)
 * @param fn function of tensors; a variable that it uses is read at each call, any other tensor that isn't in `inputs`
 *   becomes a constant
 * @param mode what the graph is recorded for: XLA likes other layouts
 * @param random gives numbers for random layers; left out, they are refused
 * @returns the graph; all tensors made meanwhile are disposed, and variables are as before
 * @throws CaptureError when `fn` reads a value, draws random numbers or uses what can't be recorded; the backend is as
 *   before
 */
export function record(
  inputs: readonly Tensor[],
  fn: () => Tensor[],
  mode: CompileMode,
  random?: RandomSource,
): Recorded {
  if (activeRecorder()) throw new CaptureError(NESTED);
  const outside = new Outside();
  const recorder = new Recorder(new Graph(), mode, undefined, outside, random);
  const undo: (() => void)[] = [];
  let recorded: Recorded | undefined;
  random?.begin();
  try {
    for (const [i, tensor] of inputs.entries()) recorder.input(tensor, `input ${i}`);
    undo.push(listen());
    undo.push(patchRandomLayers());
    const run = () => {
      try {
        return recorder.during(() => recorder.finish(fn()));
      } catch (error) {
        // what it was refused for says more than what it went wrong by after that
        throw error instanceof UserError ? error : (recorder.failed ?? error);
      }
    };
    // nothing is returned from the tidy: tfjs would walk through every byte of the constants
    isolated(() =>
      tf.tidy(() => {
        recorded = run();
      }),
    );
  } finally {
    for (const each of undo) each();
    outside.restore();
  }
  // after the masks that tfjs's own recurrent cells keep are gone
  recorder.checkNoneKept(outside.kept);
  return recorded!;
}

/** A model's methods that are async: what they do comes when nothing is recorded any more. */
const FITTING = ["fit", "fitDataset", "trainOnBatch", "evaluateDataset"] as const;

/** Methods of the backend that are no ops. */
const BESIDE = ["runSavedModel", "writeScalarSummary", "writeHistogramSummary"] as const;

/** Puts the active recorder between tfjs and the backend. @returns takes it away again */
function listen(): () => void {
  const backend = nodeBackend();
  const { executeSingleOutput: single, executeMultipleOutputs: multiple } = backend;
  const random = Math.random;
  // GatherV2 looks whether its indices are in range, the one kernel of tfjs-node that reads: nothing of it enters the graph
  const gather = tf.getKernel("GatherV2", "tensorflow")!;
  const { kernelFunc: gathering } = gather;
  let looking = false;
  gather.kernelFunc = (given) => {
    const before = looking;
    looking = true;
    try {
      return gathering(given);
    } finally {
      looking = before;
    }
  };
  backend.executeSingleOutput = (op, attributes, inputs) => {
    const recorder = activeRecorder();
    const values = recorder?.enter(op, inputs);
    const given =
      recorder && dividesWholeNumbers(op, inputs, recorder) ? [inputs[0]!, withoutZeros(inputs[1]!)] : inputs;
    const output = toldOf(op, values, () => single.call(backend, op, attributes, given));
    if (values) recorder?.leave(op, attributes, values, [output]);
    return output;
  };
  backend.executeMultipleOutputs = (op, attributes, inputs, count) => {
    const values = activeRecorder()?.enter(op, inputs);
    const outputs = toldOf(op, values, () => multiple.call(backend, op, attributes, inputs, count));
    if (values) activeRecorder()?.leave(op, attributes, values, outputs);
    return outputs;
  };
  backend.readSync = (id) => {
    const read = looking ? undefined : reading(id);
    if (read) read.recorder.refuse(read.message);
    return readNow(backend, id);
  };
  backend.read = (id) => {
    // tfjs's debug mode reads what each kernel gives
    const debugging = tf.env().getBool("DEBUG") && tf.engine().state.kernelDepth > 0;
    const read = debugging ? undefined : reading(id);
    return read ? read.recorder.refuseLater(read.message) : Promise.resolve(readNow(backend, id));
  };
  for (const name of BESIDE) {
    const method = backend[name];
    backend[name] = (...given) => {
      activeRecorder()?.refuse(
        `capture: ${name} can't be recorded, it runs TensorFlow past tfjs's ops: call a saved model or a summary writer outside`,
      );
      return method.apply(backend, given);
    };
  }
  // tfjs draws its random tensors in JavaScript, seeded by Math.random unless told otherwise
  Math.random = () => {
    activeRecorder()?.refuse(
      "capture: random numbers inside a captured function would be frozen: use a dropout or noise layer, or draw them outside and pass them as an input",
    );
    return random();
  };
  const { prototype } = tf.LayersModel as unknown as { prototype: Record<string, unknown> };
  const methods = FITTING.map((name) => [name, prototype[name]] as const);
  for (const [name, method] of methods) {
    prototype[name] = function (...given: unknown[]) {
      return (
        activeRecorder()?.refuseLater(
          `capture: LayersModel.${name} runs after the captured function has returned, and would be no part of it: call it outside, or use captureTraining`,
        ) ?? (method as (...given: unknown[]) => unknown).apply(this, given)
      );
    };
  }
  return () => {
    for (const [name, method] of methods) prototype[name] = method;
    // the methods live on the prototype, so deleting ours uncovers them
    gather.kernelFunc = gathering;
    for (const name of ["executeSingleOutput", "executeMultipleOutputs", "readSync", "read", ...BESIDE] as const)
      delete (backend as Partial<NodeBackend>)[name];
    Math.random = random;
  };
}

/** What TensorFlow says of an op that is recorded, in one line and without its own numbers and nodes. */
function toldOf<T>(op: string, recorded: unknown, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    const said = /^Invalid TF_Status: \d+\s*Message: *([^\n]*)/.exec((cause as Error).message)?.[1];
    if (!recorded || said === undefined) throw cause;
    throw new CaptureError(
      `capture: TensorFlow says of ${op}: ${said}; it runs once while it is recorded, with the values of the examples, and zeros for what scan gives: take examples that it works for`,
      { cause },
    );
  }
}

/** Whether an op divides by whole numbers that later calls have other values of. */
function dividesWholeNumbers(op: string, inputs: OpInput[], recorder: Recorder): boolean {
  const divisor = inputs[1];
  return (
    isDivision(op) &&
    divisor !== undefined &&
    "dtype" in divisor &&
    divisor.dtype === "int32" &&
    recorder.knows(divisor)
  );
}

/** While recording, a scan's state and examples are often 0, which TensorFlow refuses to divide whole numbers by. */
function withoutZeros(divisor: OpInput): OpInput {
  const { dataId, shape } = divisor as TensorLike;
  const values = readNow(nodeBackend(), dataId) as Int32Array;
  return values.includes(0)
    ? tf.tensor(
        values.map((value) => value || 1),
        shape,
        "int32",
      )
    : divisor;
}

/** What fails the recording when a tensor is read, as one is whose values are known only when the graph runs. */
function reading(id: DataId): { recorder: Recorder; message: string } | undefined {
  const recorder = activeRecorder();
  const origin = recorder?.origin(id);
  if (!recorder || origin === undefined) return undefined;
  const message =
    `capture: the value of ${origin} was read (dataSync, data, array, print or an op that looks at values), ` +
    "a captured function has none while it is recorded: return the tensor as an output and read it after the call";
  return { recorder, message };
}

import type { Tensor } from "@tensorflow/tfjs-node";
import type { CompileMode } from "./emit.js";
import { Graph } from "./graph.js";
import { Outside } from "./outside.js";
import { patchRandomLayers } from "./random/layers.js";
import type { RandomSource } from "./random/source.js";
import { activeRecorder, type Recorded, Recorder } from "./recorder.js";
import { CaptureError } from "./support/user-error.js";
import { type DataId, isolated, type NodeBackend, nodeBackend, readNow, tf } from "./tensorflow.js";

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
  if (activeRecorder()) {
    throw new CaptureError(
      "capture: another capture is running (nested or concurrent): call the inner function eagerly, or wait for the outer capture",
    );
  }
  const outside = new Outside();
  const recorder = new Recorder(new Graph(), mode, undefined, outside, random);
  const undo: (() => void)[] = [];
  let recorded: Recorded;
  random?.begin();
  try {
    for (const [i, tensor] of inputs.entries()) recorder.input(tensor, `input ${i}`);
    undo.push(listen());
    undo.push(patchRandomLayers());
    const run = () => recorder.during(() => recorder.finish(fn()));
    recorded = isolated(() => tf.tidy(run as never)) as unknown as Recorded;
  } finally {
    for (const each of undo) each();
    outside.restore();
  }
  // after the masks that tfjs's own recurrent cells keep are gone
  recorder.checkNoneKept(outside.kept);
  return recorded;
}

/** Puts the active recorder between tfjs and the backend. @returns takes it away again */
function listen(): () => void {
  const backend = nodeBackend();
  const { executeSingleOutput: single, executeMultipleOutputs: multiple } = backend;
  const random = Math.random;
  backend.executeSingleOutput = (op, attributes, inputs) => {
    const values = activeRecorder()?.enter(op, inputs);
    const output = toldOf(op, values, () => single.call(backend, op, attributes, inputs));
    if (values) activeRecorder()?.leave(op, attributes, values, [output]);
    return output;
  };
  backend.executeMultipleOutputs = (op, attributes, inputs, count) => {
    const values = activeRecorder()?.enter(op, inputs);
    const outputs = toldOf(op, values, () => multiple.call(backend, op, attributes, inputs, count));
    if (values) activeRecorder()?.leave(op, attributes, values, outputs);
    return outputs;
  };
  backend.readSync = (id) => {
    checkReadable(id);
    return readNow(backend, id);
  };
  backend.read = (id) => {
    try {
      return Promise.resolve(backend.readSync(id));
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      // the recording fails anyway: a rejection that nobody awaits would end the process
      return new Promise(() => {});
    }
  };
  // tfjs draws its random tensors in JavaScript, seeded by Math.random unless told otherwise
  Math.random = () => {
    activeRecorder()?.refuse(
      "capture: random numbers inside a captured function would be frozen: use a dropout or noise layer, or draw them outside and pass them as an input",
    );
    return random();
  };
  return () => {
    // the methods live on the prototype, so deleting ours uncovers them
    for (const name of ["executeSingleOutput", "executeMultipleOutputs", "readSync", "read"] as const)
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
    throw new Error(`TensorFlow says of ${op}: ${said}`, { cause });
  }
}

/** Fails the recording when a tensor is read whose values are known only when the graph runs. */
function checkReadable(id: DataId): void {
  const recorder = activeRecorder();
  const origin = recorder?.origin(id);
  // inside a kernel it is GatherV2's check of its indices' range, the one kernel of tfjs-node that reads: nothing of
  // it enters the graph
  if (origin === undefined || tf.engine().state.kernelDepth > 0) return;
  recorder!.refuse(
    `capture: the value of ${origin} was read (dataSync, data, array, print or an op that looks at values), ` +
      "a captured function has none while it is recorded: return the tensor as an output and read it after the call",
  );
}

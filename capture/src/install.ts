import { type DataId, type NodeBackend, readNow } from "./backend.js";
import { CaptureError } from "./error.js";
import type { Listener } from "./listener.js";
import { tf } from "./tensorflow.js";

/**
 * Puts the active recorder between tfjs and the backend.
 *
 * @param active the innermost recorder, if one listens now
 * @returns takes it away again
 */
export function install(backend: NodeBackend, active: () => Listener | undefined): () => void {
  const { executeSingleOutput: single, executeMultipleOutputs: multiple } = backend;
  const random = Math.random;
  backend.executeSingleOutput = (op, attributes, inputs) => {
    const values = active()?.enter(op, inputs);
    const output = single.call(backend, op, attributes, inputs);
    if (values) active()?.leave(op, attributes, values, [output]);
    return output;
  };
  backend.executeMultipleOutputs = (op, attributes, inputs, count) => {
    const values = active()?.enter(op, inputs);
    const outputs = multiple.call(backend, op, attributes, inputs, count);
    if (values) active()?.leave(op, attributes, values, outputs);
    return outputs;
  };
  const read = (id: DataId): ArrayBufferView => {
    const recorder = active();
    const origin = recorder?.origin(id);
    // inside a kernel it is GatherV2's check of its indices' range, the one kernel of tfjs-node that reads: nothing of
    // it enters the graph
    const inKernel = (tf.engine() as unknown as { state: { kernelDepth: number } }).state.kernelDepth > 0;
    if (recorder && origin !== undefined && !inKernel) {
      recorder.refuse(
        `capture: the value of ${origin} was read (dataSync, data, array, print or an op that looks at values), ` +
          "a captured function has none while it is recorded: return the tensor as an output and read it after the call",
      );
    }
    return readNow(backend, id);
  };
  backend.readSync = read;
  backend.read = (id) => {
    try {
      return Promise.resolve(read(id));
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      // the recording fails anyway: a rejection that nobody awaits would end the process
      return new Promise(() => {});
    }
  };
  // tfjs draws its random tensors in JavaScript, seeded by Math.random unless told otherwise
  Math.random = () => {
    const recorder = active();
    if (!recorder) return random();
    return recorder.refuse(
      "capture: random numbers inside a captured function would be frozen: use a dropout or noise layer, or draw them outside and pass them as an input",
    );
  };
  return () => {
    // the methods live on the prototype, so deleting ours uncovers them
    for (const name of ["executeSingleOutput", "executeMultipleOutputs", "readSync", "read"] as const)
      delete (backend as Partial<NodeBackend>)[name];
    Math.random = random;
  };
}

/**
 * The one import of tfjs-node, whichever copy the project has: `tf` from here is the same as there. Its backend has
 * parts that capture relies on and that its types don't show; the version is pinned, and `nodeBackend` checks that
 * every part is there.
 */
import * as tf from "@tensorflow/tfjs-node";
import { CaptureError } from "./support/user-error.js";

export { tf };

/** Identity of a tensor's values in tfjs; several tensors may share one. */
export type DataId = object;

export interface OpAttribute {
  name: string;
  type: number;
  value: unknown;
}

export interface TensorLike {
  dataId: DataId;
  shape: number[];
  dtype: string;
}

/** What an op of tfjs-node takes: a tensor, or its own stand-in for an int64 scalar. */
export type OpInput = TensorLike | { valueArray: Int32Array };

interface Binding extends Record<`TF_ATTR_${"TYPE" | "INT" | "FLOAT" | "BOOL" | "STRING" | "SHAPE"}`, number> {
  loadSavedModel(folder: string, tag: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(session: number, inputs: number[], inputNames: string, outputNames: string): object[];
}

export interface NodeBackend {
  binding: Binding;
  /** what is known of the values; they themselves are null where TensorFlow has them */
  tensorMap: { get(id: DataId): { values: ArrayBufferView | null } | undefined };
  /** How many tensors have these values. */
  refCount(id: DataId): number;
  executeSingleOutput(op: string, attributes: OpAttribute[], inputs: OpInput[]): TensorLike;
  executeMultipleOutputs(op: string, attributes: OpAttribute[], inputs: OpInput[], outputs: number): TensorLike[];
  getInputTensorIds(tensors: readonly OpInput[]): number[];
  createOutputTensor(output: object): TensorLike;
  runSavedModel(...given: unknown[]): unknown;
  writeScalarSummary(...given: unknown[]): unknown;
  writeHistogramSummary(...given: unknown[]): unknown;
  readSync(id: DataId): ArrayBufferView;
  read(id: DataId): Promise<ArrayBufferView>;
}

/**
 * The live tfjs-node backend.
 * @throws CaptureError when another backend is active, or tfjs-node isn't the version that capture knows.
 */
export function nodeBackend(): NodeBackend {
  if (tf.getBackend() !== "tensorflow") {
    throw new CaptureError(
      `capture needs tfjs-node's backend "tensorflow", the active one is "${tf.getBackend()}": call tf.setBackend("tensorflow")`,
    );
  }
  const backend = tf.backend() as unknown as NodeBackend;
  const missing = (
    ["executeSingleOutput", "executeMultipleOutputs", "getInputTensorIds", "createOutputTensor"] as const
  ).filter((name) => typeof backend[name] !== "function");
  if (missing.length > 0 || typeof backend.binding?.runSavedModel !== "function") {
    throw new CaptureError(
      `capture doesn't know this tfjs-node (${tf.version["tfjs-core"]} lacks ${missing.join(", ") || "runSavedModel"}): use 4.22.0`,
    );
  }
  return backend;
}

/** Reads a tensor's values past whatever has been put in front of the backend. */
export function readNow(backend: NodeBackend, id: DataId): ArrayBufferView {
  return (Object.getPrototypeOf(backend) as NodeBackend).readSync.call(backend, id);
}

/** A tensor of the same values that shares them with no other. */
export function ownCopy(tensor: tf.Tensor): tf.Tensor {
  return tf.tensor(tensor.dataSync().slice(), tensor.shape, tensor.dtype);
}

/** Whether a gradient is being taken around here, so that what is computed now will be differentiated. */
export function underGradient(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

/** Runs `work` with a tape of its own: nothing that it does is differentiated by a gradient around it. */
export function isolated<T>(work: () => T): T {
  const { state } = tf.engine();
  const { activeTape, gradientDepth, kernelDepth } = state;
  Object.assign(state, { activeTape: null, gradientDepth: 0, kernelDepth: 0 });
  try {
    return work();
  } finally {
    // of a gradient that failed, tfjs keeps what it saved until the next one is done
    for (const { saved } of (state.activeTape ?? []) as { saved?: tf.Tensor[] }[]) tf.dispose(saved ?? []);
    Object.assign(state, { activeTape, gradientDepth, kernelDepth });
  }
}

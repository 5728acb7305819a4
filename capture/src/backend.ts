/**
 * The parts of tfjs-node's backend that capture relies on. tfjs-node doesn't export their types; the version is pinned,
 * and `nodeBackend` checks that every part is there.
 */
import { tf } from "./tensorflow.js";

/** Identity of a tensor's values in tfjs; several tensors may share one. */
export type DataId = object;

export interface OpAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** What an op of tfjs-node takes: a tensor, or its own stand-in for an int64 scalar. */
export type OpInput = { dataId: DataId; shape: number[]; dtype: string } | { valueArray: Int32Array };

export interface TensorData {
  shape: number[];
  dtype: number;
  /** handle of the native tensor, or -1 while the values wait in JavaScript */
  id: number;
  values: ArrayBufferView | null;
  /** how many tensors have these values */
  refCount: number;
}

export interface NativeOutput {
  id: number;
  shape: number[];
  dtype: number;
}

export interface Binding {
  TF_FLOAT: number;
  TF_INT32: number;
  TF_INT64: number;
  TF_BOOL: number;
  TF_ATTR_TYPE: number;
  TF_ATTR_INT: number;
  TF_ATTR_FLOAT: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_STRING: number;
  TF_ATTR_SHAPE: number;
  loadSavedModel(folder: string, tag: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(session: number, inputs: number[], inputNames: string, outputNames: string): NativeOutput[];
}

export interface NodeBackend {
  binding: Binding;
  tensorMap: { get(id: DataId): TensorData | undefined; has(id: DataId): boolean };
  executeSingleOutput(op: string, attributes: OpAttribute[], inputs: OpInput[]): TensorLike;
  executeMultipleOutputs(op: string, attributes: OpAttribute[], inputs: OpInput[], outputs: number): TensorLike[];
  getInputTensorIds(tensors: OpInput[]): number[];
  createOutputTensor(output: NativeOutput): TensorLike;
  readSync(id: DataId): ArrayBufferView;
  read(id: DataId): Promise<ArrayBufferView>;
}

export interface TensorLike {
  dataId: DataId;
  shape: number[];
  dtype: string;
}

/**
 * The live tfjs-node backend.
 * @throws Error when another backend is active, or tfjs-node isn't the version that capture knows.
 */
export function nodeBackend(): NodeBackend {
  if (tf.getBackend() !== "tensorflow") {
    throw new Error(
      `capture needs tfjs-node's backend "tensorflow", the active one is "${tf.getBackend()}": call tf.setBackend("tensorflow")`,
    );
  }
  const backend = tf.backend() as unknown as NodeBackend;
  const missing = (
    ["executeSingleOutput", "executeMultipleOutputs", "getInputTensorIds", "createOutputTensor"] as const
  ).filter((name) => typeof backend[name] !== "function");
  if (missing.length > 0 || typeof backend.binding?.runSavedModel !== "function") {
    throw new Error(
      `capture doesn't know this tfjs-node (${tf.version["tfjs-core"]} lacks ${missing.join(", ") || "runSavedModel"}): use 4.22.0`,
    );
  }
  return backend;
}

/** Reads a tensor's values past whatever has been put in front of the backend. */
export function readNow(backend: NodeBackend, id: DataId): ArrayBufferView {
  return (Object.getPrototypeOf(backend) as NodeBackend).readSync.call(backend, id);
}

import type { Tensor } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";
import { type DataId, type NodeBackend, nodeBackend, type OpAttribute, type OpInput, type TensorLike } from "./backend.js";
import { Graph, type Ref } from "./graph.js";
import { type Attribute, attr, type DataType, type DataTypeName } from "./proto.js";

/** Why a function can't be captured: one line with the op and the way out. */
export class CaptureError extends Error {
  override name = "CaptureError";
}

/** Ops whose outputs differ between two runs with the same inputs, or that act outside the graph. */
const IMPURE = /^(Multinomial|Random|Stateless|Dropout|Summary|CreateSummary|FlushSummary|Write|Encode|Decode)/;

let recording = false;

/** Whether a function is being recorded right now. */
export function isRecording(): boolean {
  return recording;
}

/**
 * Runs `fn` once and writes down every TensorFlow op that tfjs-node's backend executes meanwhile.
 *
 * @param inputs tensors that become inputs of the graph; no two may share their values (a clone does)
 * @param fn pure function of tensors; any tensor it uses that isn't in `inputs` becomes a constant
 * @returns the graph, with `inputs` and the tensors that `fn` returned as its ports; all other tensors made meanwhile are disposed
 * @throws CaptureError when `fn` reads a value, draws random numbers or uses what can't be recorded; the backend is as before
 */
export function record(
  inputs: readonly Tensor[],
  fn: () => Tensor[],
): { graph: Graph; outputs: { shape: number[]; dtype: DataTypeName }[] } {
  if (recording) {
    throw new CaptureError(
      "capture: another capture is running (nested or concurrent): call the inner function eagerly, or wait for the outer capture",
    );
  }
  const recorder = new Recorder(nodeBackend(), inputs);
  recording = true;
  const restore = recorder.install();
  try {
    const outputs = tf.tidy(() => fn().map((tensor, i) => recorder.output(tensor, i)));
    return { graph: recorder.graph, outputs };
  } finally {
    restore();
    recording = false;
  }
}

class Recorder {
  readonly graph = new Graph();
  private readonly refs = new Map<DataId, { ref: Ref; op: string }>();

  constructor(
    private readonly backend: NodeBackend,
    inputs: readonly Tensor[],
  ) {
    inputs.forEach((tensor, i) => {
      if (this.refs.has(tensor.dataId)) {
        throw new CaptureError(
          `capture: input ${i} shares its values with an earlier input: pass a copy (tensor.add(0)), a clone is the same tensor`,
        );
      }
      this.refs.set(tensor.dataId, {
        ref: this.graph.input(tensor.shape, dtypeName(tensor.dtype, `input ${i}`)),
        op: `input ${i}`,
      });
    });
  }

  /** Puts the recorder between tfjs and the backend. @returns takes it away again */
  install(): () => void {
    const backend = this.backend;
    const single = backend.executeSingleOutput;
    const multiple = backend.executeMultipleOutputs;
    const random = Math.random;
    backend.executeSingleOutput = (op, attributes, ins) => {
      const refs = this.enter(op, ins);
      const out = single.call(backend, op, attributes, ins);
      this.leave(op, attributes, refs, [out]);
      return out;
    };
    backend.executeMultipleOutputs = (op, attributes, ins, count) => {
      const refs = this.enter(op, ins);
      const outs = multiple.call(backend, op, attributes, ins, count);
      this.leave(op, attributes, refs, outs);
      return outs;
    };
    backend.readSync = (id) => this.read(id);
    backend.read = async (id) => this.read(id);
    // tfjs draws its random tensors in JavaScript, seeded by Math.random unless told otherwise
    Math.random = () => {
      throw new CaptureError(
        "capture: random numbers inside a captured function would be frozen: draw them outside and pass them as an input",
      );
    };
    return () => {
      // the methods live on the prototype, so deleting ours uncovers them
      for (const name of ["executeSingleOutput", "executeMultipleOutputs", "readSync", "read"] as const)
        delete (backend as Partial<NodeBackend>)[name];
      Math.random = random;
    };
  }

  output(tensor: Tensor, i: number): { shape: number[]; dtype: DataTypeName } {
    if (!(tensor instanceof tf.Tensor))
      throw new CaptureError(`capture: output ${i} of the function is no tensor: return a tensor or an array of tensors`);
    const dtype = dtypeName(tensor.dtype, `output ${i}`);
    this.graph.output(this.resolve(tensor, "the function's result"), tensor.shape, dtype);
    return { shape: [...tensor.shape], dtype };
  }

  private enter(op: string, inputs: OpInput[]): Ref[] {
    if (IMPURE.test(op)) {
      throw new CaptureError(
        `capture: ${op} can't be recorded, its result isn't a function of its inputs: do it outside and pass the result as an input`,
      );
    }
    return inputs.map((input) => this.resolve(input, op));
  }

  private leave(op: string, attributes: OpAttribute[], inputs: Ref[], outputs: TensorLike[]): void {
    const encoded = Object.fromEntries(attributes.map((a) => [a.name, this.attribute(op, a)]));
    const { node } = this.graph.add(op, inputs, encoded);
    for (const [index, tensor] of outputs.entries()) this.refs.set(tensor.dataId, { ref: { node, index }, op });
  }

  /** The graph's value for a tensor: one made while recording, an input, or else a constant. */
  private resolve(input: OpInput, op: string): Ref {
    if (!("dataId" in input)) {
      const bytes = new Uint8Array(input.valueArray.buffer, input.valueArray.byteOffset, input.valueArray.byteLength);
      return this.graph.constant(bytes, [], "int64");
    }
    const known = this.refs.get(input.dataId);
    if (known) return known.ref;
    const data = this.backend.tensorMap.get(input.dataId);
    if (!data) throw new CaptureError(`capture: ${op} uses a tensor that was disposed: keep it until the capture is done`);
    const dtype = dtypeName(input.dtype, `a constant used by ${op}`);
    const values = data.values ?? Object.getPrototypeOf(this.backend).readSync.call(this.backend, input.dataId);
    const ref = this.graph.constant(bytesOf(values, dtype), input.shape, dtype);
    this.refs.set(input.dataId, { ref, op: "a constant" });
    return ref;
  }

  private read(id: DataId): ArrayBufferView {
    const known = this.refs.get(id);
    if (known) {
      throw new CaptureError(
        `capture: the value of ${/ /.test(known.op) ? known.op : `a result of ${known.op}`} was read (dataSync, data, array, print or an op that looks at values), ` +
          "a captured function has none while it is recorded: return the tensor as an output and read it after the call",
      );
    }
    return Object.getPrototypeOf(this.backend).readSync.call(this.backend, id);
  }

  private attribute(op: string, { name, type, value }: OpAttribute): Attribute {
    const b = this.backend.binding;
    if (type === b.TF_ATTR_TYPE) return attr.type(value as number);
    if (type === b.TF_ATTR_INT) return Array.isArray(value) ? attr.ints(value) : attr.int(value as number);
    if (type === b.TF_ATTR_FLOAT) return attr.float(value as number);
    if (type === b.TF_ATTR_BOOL) return attr.bool(value as boolean);
    if (type === b.TF_ATTR_STRING) return attr.string(value as string);
    if (type === b.TF_ATTR_SHAPE) return attr.shape(value as number[]);
    throw new CaptureError(
      `capture: ${op} can't be recorded, its attribute ${name} has an unknown kind (${type}): compute this op outside the capture`,
    );
  }
}

function dtypeName(dtype: string, what: string): DataTypeName {
  if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype satisfies keyof typeof DataType;
  throw new CaptureError(`capture: ${what} has type ${dtype}, only float32, int32 and bool can be captured`);
}

function bytesOf(values: ArrayBufferView | ArrayLike<number>, dtype: DataTypeName): Uint8Array {
  if (dtype === "bool") return Uint8Array.from(values as unknown as ArrayLike<number>);
  const typed = ArrayBuffer.isView(values) ? values : dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values);
  return new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
}

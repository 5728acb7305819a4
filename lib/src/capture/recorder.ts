import type { Tensor } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow/tf.js";
import { type DataId, type NodeBackend, nodeBackend, type OpAttribute, type OpInput, type TensorLike } from "./backend.js";
import type { CompileMode } from "./emit.js";
import { CaptureError } from "./error.js";
import { Graph, type Value } from "./graph.js";
import { IMPURE } from "./ops.js";
import { type Attribute, attr, DataType, type DataTypeName } from "./proto.js";

/** The recorder that listens now; a loop's body has one of its own, inside that of the whole function. */
let active: Recorder | undefined;

/** The innermost recorder, while a function is being recorded. */
export function activeRecorder(): Recorder | undefined {
  return active;
}

/** What the function that runs now is recorded for; undefined when it runs eagerly. For code that knows a better way for one of them. */
export function recordingFor(): CompileMode | undefined {
  return active?.mode;
}

/**
 * Runs `fn` once and writes down every TensorFlow op that tfjs-node's backend executes meanwhile.
 *
 * @param inputs tensors that become inputs of the graph; no two may share their values (a clone does)
 * @param fn pure function of tensors; any tensor it uses that isn't in `inputs` becomes a constant
 * @param mode what the graph is recorded for: XLA likes other layouts
 * @returns the graph, with `inputs` and the tensors that `fn` returned as its ports; all other tensors made meanwhile are disposed
 * @throws CaptureError when `fn` reads a value, draws random numbers or uses what can't be recorded; the backend is as before
 */
export function record(inputs: readonly Tensor[], fn: () => Tensor[], mode: CompileMode): Graph {
  if (active) {
    throw new CaptureError(
      "capture: another capture is running (nested or concurrent): call the inner function eagerly, or wait for the outer capture",
    );
  }
  const recorder = new Recorder(new Graph(), mode);
  for (const [i, tensor] of inputs.entries()) recorder.input(tensor, `input ${i}`);
  const uninstall = install(nodeBackend());
  try {
    tf.tidy(() => {
      recorder.during(() => fn().map((tensor, i) => recorder.output(tensor, `output ${i} of the function`)));
    });
    return recorder.graph;
  } finally {
    uninstall();
  }
}

/** Writes ops into a graph. */
export class Recorder {
  private readonly values = new Map<DataId, { value: Value; made: string }>();
  /** the parent's values that were used here, and the inputs that stand for them */
  readonly captured: { outer: Value; inner: Value }[] = [];
  private readonly backend = nodeBackend();

  constructor(
    readonly graph: Graph,
    /** what the graph is recorded for */
    readonly mode: CompileMode,
    readonly parent?: Recorder,
  ) {}

  /** Lets this recorder listen while `run` runs. */
  during<T>(run: () => T): T {
    const outer = active;
    active = this;
    try {
      return run();
    } finally {
      active = outer;
    }
  }

  /** Makes a tensor an input of the graph. */
  input(tensor: Tensor, what: string): Value {
    if (this.values.has(tensor.dataId)) {
      throw new CaptureError(
        `capture: ${what} shares its values with an earlier input: pass a copy (tensor.add(0)), a clone is the same tensor`,
      );
    }
    const value = this.graph.input({ shape: tensor.shape, dtype: dtypeName(tensor.dtype, what) });
    this.values.set(tensor.dataId, { value, made: what });
    return value;
  }

  output(tensor: Tensor, what: string): Value {
    if (!(tensor instanceof tf.Tensor))
      throw new CaptureError(`capture: ${what} is no tensor: return a tensor or an array of tensors`);
    const value = this.resolve(tensor, what);
    this.graph.outputs.push(value);
    return value;
  }

  /** Says which value of the graph a tensor stands for. */
  bind(tensor: TensorLike, value: Value, made: string): void {
    this.values.set(tensor.dataId, { value, made });
  }

  /** Whether a tensor depends on an input of the graph, or of a graph around it. */
  knows(tensor: TensorLike): boolean {
    return this.values.has(tensor.dataId) || (this.parent?.knows(tensor) ?? false);
  }

  enter(op: string, inputs: OpInput[]): Value[] {
    if (IMPURE.test(op)) {
      throw new CaptureError(
        `capture: ${op} can't be recorded, its result isn't a function of its inputs: do it outside and pass the result as an input`,
      );
    }
    return inputs.map((input) => this.resolve(input, op));
  }

  leave(op: string, attributes: OpAttribute[], inputs: Value[], outputs: TensorLike[]): void {
    const encoded = Object.fromEntries(attributes.map((a) => [a.name, this.attribute(op, a)]));
    // tfjs-node leaves these to the eager runtime, which infers them from the operands; a graph doesn't
    if (op === "ExpandDims") Object.assign(encoded, { T: typeOf(inputs[0]!), Tdim: typeOf(inputs[1]!) });
    const specs = outputs.map((tensor) => ({ shape: tensor.shape, dtype: dtypeName(tensor.dtype, `a result of ${op}`) }));
    const values = this.graph.add(op, inputs, encoded, specs);
    outputs.forEach((tensor, i) => {
      this.values.set(tensor.dataId, { value: values[i]!, made: `a result of ${op}` });
    });
  }

  /** The graph's value for a tensor: one made while recording, an input, one of a graph around, or else a constant. */
  resolve(input: OpInput | Tensor, user: string): Value {
    if (!("dataId" in input)) {
      const bytes = new Uint8Array(input.valueArray.buffer, input.valueArray.byteOffset, input.valueArray.byteLength);
      return this.graph.constant(bytes, [], "int64");
    }
    const known = this.values.get(input.dataId);
    if (known) return known.value;
    if (this.parent?.knows(input)) return this.capture(this.parent.resolve(input, user), input);
    const data = this.backend.tensorMap.get(input.dataId);
    if (!data) throw new CaptureError(`capture: ${user} uses a tensor that was disposed: keep it until the capture is done`);
    const dtype = dtypeName(input.dtype, `a constant used by ${user}`);
    const values = data.values ?? readNow(this.backend, input.dataId);
    const value = this.graph.constant(bytesOf(values, dtype), input.shape, dtype);
    this.values.set(input.dataId, { value, made: "a constant" });
    return value;
  }

  /** What made a tensor's values, if they are known only when the graph runs. */
  origin(id: DataId): string | undefined {
    const made = this.values.get(id)?.made;
    return made === "a constant" ? undefined : (made ?? this.parent?.origin(id));
  }

  private capture(outer: Value, tensor: TensorLike): Value {
    const known = this.captured.find((entry) => entry.outer === outer);
    const inner = known?.inner ?? this.graph.input(outer);
    if (!known) this.captured.push({ outer, inner });
    this.values.set(tensor.dataId, { value: inner, made: "a tensor from outside the loop" });
    return inner;
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

/** Puts the active recorder between tfjs and the backend. @returns takes it away again */
function install(backend: NodeBackend): () => void {
  const { executeSingleOutput: single, executeMultipleOutputs: multiple } = backend;
  const random = Math.random;
  backend.executeSingleOutput = (op, attributes, inputs) => {
    const values = active?.enter(op, inputs);
    const output = single.call(backend, op, attributes, inputs);
    if (values) active?.leave(op, attributes, values, [output]);
    return output;
  };
  backend.executeMultipleOutputs = (op, attributes, inputs, count) => {
    const values = active?.enter(op, inputs);
    const outputs = multiple.call(backend, op, attributes, inputs, count);
    if (values) active?.leave(op, attributes, values, outputs);
    return outputs;
  };
  const read = (id: DataId): ArrayBufferView => {
    const origin = active?.origin(id);
    // inside a kernel it is GatherV2's check of its indices' range, the one kernel of tfjs-node that reads: nothing of it enters the graph
    const inKernel = (tf.engine() as unknown as { state: { kernelDepth: number } }).state.kernelDepth > 0;
    if (origin !== undefined && !inKernel) {
      throw new CaptureError(
        `capture: the value of ${origin} was read (dataSync, data, array, print or an op that looks at values), ` +
          "a captured function has none while it is recorded: return the tensor as an output and read it after the call",
      );
    }
    return readNow(backend, id);
  };
  backend.readSync = read;
  backend.read = async (id) => read(id);
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

function typeOf({ dtype }: Value): Attribute {
  return attr.type(DataType[dtype]);
}

/** Reads a tensor's values past the recorder. */
function readNow(backend: NodeBackend, id: DataId): ArrayBufferView {
  return (Object.getPrototypeOf(backend) as NodeBackend).readSync.call(backend, id);
}

export function dtypeName(dtype: string, what: string): DataTypeName {
  if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype;
  throw new CaptureError(`capture: ${what} has type ${dtype}, only float32, int32 and bool can be captured`);
}

function bytesOf(values: ArrayBufferView | ArrayLike<number>, dtype: DataTypeName): Uint8Array {
  if (dtype === "bool") return Uint8Array.from(values as unknown as ArrayLike<number>);
  const typed = ArrayBuffer.isView(values) ? values : dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values);
  return new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
}

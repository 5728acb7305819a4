import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import { type DataId, nodeBackend, type OpAttribute, type OpInput, readNow, type TensorLike } from "./backend.js";
import type { CompileMode } from "./emit.js";
import { CaptureError } from "./error.js";
import { Graph, type Value } from "./graph.js";
import { checkIndices } from "./indices.js";
import { install } from "./install.js";
import type { Check, Listener } from "./listener.js";
import { IMPURE } from "./ops.js";
import { Outside } from "./outside.js";
import { type Attribute, attr } from "./proto.js";
import { patchRandomLayers } from "./random/layers.js";
import type { RandomSource } from "./random/source.js";
import { tf } from "./tensorflow.js";
import { bytesOf, dependsOnInput, dtypeName, typeOf } from "./values.js";

/** The recorder that listens now; a loop's body has one of its own, inside that of the whole function. */
let active: Recorder | undefined;

/** The innermost recorder, while a function is being recorded. */
export function activeRecorder(): Recorder | undefined {
  return active;
}

/**
 * What the function that runs now is recorded for; undefined when it runs eagerly. For code that knows a better way for
 * one of them.
 * @internal
 */
export function recordingFor(): CompileMode | undefined {
  return active?.mode;
}

/** A function as a graph, and the variables that it shares with the world. */
export interface Recorded {
  /**
   * its inputs are the given ones and then `reads`; its outputs are what the function returned, then the new values of
   * `writes`, then what `checks` looks at
   */
  graph: Graph;
  /** variables that the function reads, beside the inputs */
  reads: Variable[];
  /** variables that it assigns to; each is an input as well */
  writes: Variable[];
  /** that indices are in range, which XLA doesn't say */
  checks: Check[];
}

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
  if (active) {
    throw new CaptureError(
      "capture: another capture is running (nested or concurrent): call the inner function eagerly, or wait for the outer capture",
    );
  }
  const outside = new Outside();
  const recorder = new Recorder(new Graph(), mode, undefined, outside, random);
  let uninstall = () => {};
  try {
    for (const [i, tensor] of inputs.entries()) recorder.input(tensor, `input ${i}`);
    const parts = [install(nodeBackend(), () => active), patchRandomLayers(activeRecorder)];
    uninstall = () => parts.forEach((undo) => void undo());
    return tf.tidy(() => recorder.during(() => recorder.finish(fn())) as never) as unknown as Recorded;
  } finally {
    uninstall();
    outside.restore();
  }
}

const CONSTANT = "a constant";
const OUTER = "a tensor from outside the loop";

/** Writes ops into a graph. */
export class Recorder implements Listener {
  private readonly values = new Map<DataId, { value: Value; made: string }>();
  /** the parent's values that were used here, and the inputs that stand for them */
  readonly captured: { outer: Value; inner: Value }[] = [];
  private readonly backend = nodeBackend();
  /** of the outermost: */
  private readonly reads: Variable[] = [];
  private readonly checks: (Check & { values: Value })[] = [];
  /** what cells computed in runs that are over, and what made it */
  private readonly gone = new WeakMap<DataId, string>();
  private failed: CaptureError | undefined;

  constructor(
    readonly graph: Graph,
    /** what the graph is recorded for */
    readonly mode: CompileMode,
    readonly parent?: Recorder,
    private readonly outside?: Outside,
    private readonly random?: RandomSource,
  ) {}

  private get root(): Recorder {
    return this.parent?.root ?? this;
  }

  refuse(message: string): never {
    this.root.failed ??= new CaptureError(message);
    throw this.root.failed;
  }

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

  /** Makes what the function returned, and what it wrote, the graph's outputs. */
  finish(returned: readonly Tensor[]): Recorded {
    if (this.failed) throw this.failed;
    returned.forEach((tensor, i) => {
      if (!(tensor instanceof tf.Tensor))
        throw new CaptureError(
          `capture: output ${i} of the function is no tensor: return a tensor or an array of tensors`,
        );
      this.graph.outputs.push(this.resolve(tensor, `output ${i} of the function`));
    });
    const written = this.outside!.written();
    for (const { variable, value } of written) {
      this.graph.outputs.push(this.resolve(value, `the variable ${variable.name}`));
      this.readFirst(variable);
    }
    const source = this.random?.end(this);
    if (source) this.graph.outputs.push(source.next);
    this.graph.outputs.push(...this.checks.map(({ values }) => values));
    this.outside!.checkNoneMade();
    const writes = [...written.map(({ variable }) => variable), ...(source ? [source.variable] : [])];
    return { graph: this.graph, reads: this.reads, writes, checks: this.checks.map(({ op, size }) => ({ op, size })) };
  }

  draw(distribution: "uniform" | "normal", shape: number[]): Tensor {
    if (this.parent)
      return this.refuse(
        "scan: random numbers inside a cell would be the same at every step: draw them for all steps before scan, [batch, steps, ...], and pass them with the inputs",
      );
    if (!this.random)
      return this.refuse("capture: no random numbers can be drawn here: draw them outside and pass them as an input");
    const value = this.random.draw(this, distribution, shape);
    const tensor = tf.zeros(shape);
    this.bind(tensor, value, "random numbers");
    return tensor;
  }

  adopt(variable: Variable): void {
    this.outside!.adopt(variable);
  }

  check(check: Check, values: Value): void {
    this.root.checks.push({ ...check, values });
  }

  /** The value that a variable had at first. */
  private readFirst(variable: Variable): void {
    const first = this.outside!.first(variable);
    if (!this.values.has(first.dataId)) this.resolve(first, `the variable ${variable.name}`);
  }

  /** Says that a recording of a cell is over: what it computed has no value outside of it. */
  leaveBehind(cell: Recorder): void {
    for (const [id, { value, made }] of cell.values) {
      if (made !== OUTER && made !== CONSTANT && dependsOnInput(value)) this.root.gone.set(id, made);
    }
  }

  /** Says which value of the graph a tensor stands for. */
  bind(tensor: TensorLike, value: Value, made: string): void {
    this.values.set(tensor.dataId, { value, made });
  }

  /** Whether a tensor depends on an input of the graph, or of a graph around it. */
  knows(tensor: TensorLike): boolean {
    if (this.values.has(tensor.dataId)) return true;
    return this.parent?.knows(tensor) ?? this.outside?.variableOf(tensor.dataId) !== undefined;
  }

  enter(op: string, inputs: OpInput[]): Value[] {
    if (IMPURE.test(op)) {
      this.refuse(
        `capture: ${op} can't be recorded, its result isn't a function of its inputs: do it outside and pass the result as an input`,
      );
    }
    return inputs.map((input) => this.resolve(input, op));
  }

  leave(op: string, attributes: OpAttribute[], inputs: Value[], outputs: TensorLike[]): void {
    const encoded = Object.fromEntries(attributes.map((a) => [a.name, this.attribute(op, a)]));
    // tfjs-node leaves these to the eager runtime, which infers them from the operands; a graph doesn't
    if (op === "ExpandDims") Object.assign(encoded, { T: typeOf(inputs[0]!), Tdim: typeOf(inputs[1]!) });
    const specs = outputs.map((tensor) => ({
      shape: tensor.shape,
      dtype: dtypeName(tensor.dtype, `a result of ${op}`),
    }));
    const values = checkIndices(this, op, inputs, this.graph.add(op, inputs, encoded, specs));
    outputs.forEach((tensor, i) => {
      this.values.set(tensor.dataId, { value: values[i]!, made: `a result of ${op}` });
    });
  }

  resolve(input: OpInput | Tensor, user: string): Value {
    if (!("dataId" in input)) {
      const bytes = new Uint8Array(input.valueArray.buffer, input.valueArray.byteOffset, input.valueArray.byteLength);
      return this.graph.constant(bytes, [], "int64");
    }
    const known = this.values.get(input.dataId);
    if (known) return known.value;
    if (this.parent?.knows(input)) return this.capture(this.parent.resolve(input, user), input);
    const variable = this.outside?.variableOf(input.dataId);
    if (variable) {
      const read = this.graph.input({
        shape: variable.shape,
        dtype: dtypeName(variable.dtype, `the variable ${variable.name}`),
      });
      this.reads.push(variable);
      this.values.set(input.dataId, { value: read, made: `the variable ${variable.name}` });
      return read;
    }
    const cell = this.root.gone.get(input.dataId);
    if (cell !== undefined)
      this.refuse(
        `scan: ${user} uses ${cell} from inside scan's cell, which has a value of its own at each step: return it as the cell's output, or keep it in the state`,
      );
    const data = this.backend.tensorMap.get(input.dataId);
    if (!data)
      throw new CaptureError(`capture: ${user} uses a tensor that was disposed: keep it until the capture is done`);
    const dtype = dtypeName(input.dtype, `a constant used by ${user}`);
    const values = data.values ?? readNow(this.backend, input.dataId);
    const value = this.graph.constant(bytesOf(values, dtype), input.shape, dtype);
    this.values.set(input.dataId, { value, made: CONSTANT });
    return value;
  }

  origin(id: DataId): string | undefined {
    const made = this.values.get(id)?.made;
    return made === CONSTANT ? undefined : (made ?? this.parent?.origin(id) ?? this.variableName(id));
  }

  private variableName(id: DataId): string | undefined {
    const variable = this.outside?.variableOf(id);
    return variable && `the variable ${variable.name}`;
  }

  private capture(outer: Value, tensor: TensorLike): Value {
    const known = this.captured.find((entry) => entry.outer === outer);
    const inner = known?.inner ?? this.graph.input(outer);
    if (!known) this.captured.push({ outer, inner });
    this.values.set(tensor.dataId, { value: inner, made: OUTER });
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

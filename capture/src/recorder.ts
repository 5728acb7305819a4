import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import { nearestGradient, timesOne } from "./build.js";
import type { CompileMode } from "./emit.js";
import { bytesOf, dtypeName, encode } from "./encode.js";
import { type Graph, type Value, varyingNodes } from "./graph.js";
import { boundOf, type Check, nanOutOfRange } from "./indices.js";
import { IMPURE, OPEN_SIZE } from "./ops.js";
import type { Outside } from "./outside.js";
import { attr } from "./proto.js";
import type { RandomSource } from "./random/source.js";
import { CaptureError, show } from "./support/user-error.js";
import {
  type DataId,
  nodeBackend,
  type OpAttribute,
  type OpInput,
  readNow,
  type TensorLike,
  tf,
} from "./tensorflow.js";

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

const CONSTANT = "a constant";
const RESULT = "a result of";
const OUTER = "a tensor from outside the loop";

/** Writes ops into a graph. */
export class Recorder {
  private readonly values = new Map<DataId, { value: Value; made: string }>();
  /** the parent's values that were used here, and the inputs that stand for them */
  readonly captured: { outer: Value; inner: Value }[] = [];
  /** of indices that are outputs of the outermost, or were looked at inside a cell */
  private readonly checks: (Check & { indices: Value })[] = [];
  /** of the outermost: */
  private readonly reads: Variable[] = [];
  private readonly returned = new Set<Value>();
  /** what cells computed in runs that are over, and what made it */
  private readonly gone = new WeakMap<DataId, string>();
  /** of the outermost: why the recording fails, whatever else happens */
  failed: CaptureError | undefined;

  /**
   * @param mode what the graph is recorded for
   * @param parent that of the function around a loop's body
   * @param outside of the outermost
   * @param random of the outermost; left out, random layers are refused
   */
  constructor(
    readonly graph: Graph,
    readonly mode: CompileMode,
    readonly parent?: Recorder,
    private readonly outside?: Outside,
    private readonly random?: RandomSource,
  ) {}

  private get root(): Recorder {
    return this.parent?.root ?? this;
  }

  /** Fails the whole recording, whether or not somebody catches this error. */
  refuse(message: string): never {
    this.root.failed ??= new CaptureError(message);
    throw this.root.failed;
  }

  /** Fails it by what gives a promise: this one never settles, a rejection that nobody awaits would end the process. */
  refuseLater(message: string): Promise<never> {
    this.root.failed ??= new CaptureError(message);
    return new Promise(() => {});
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
          `capture: output ${i} of the function is ${show(tensor)}, expected a tensor: return one, or an array of them`,
        );
      if (tensor.isDisposed)
        throw new CaptureError(`capture: output ${i} of the function was disposed: return a tensor that is there`);
      const value = this.resolve(tensor, `output ${i} of the function`);
      this.returned.add(value);
      this.graph.outputs.push(value);
    });
    const written = this.outside!.written();
    for (const { variable, value } of written) {
      this.graph.outputs.push(this.resolve(value, `the variable ${variable.name}`));
      // each that is written is an input as well: where the graph runs several times, its value goes round
      this.resolve(this.outside!.first(variable), `the variable ${variable.name}`);
    }
    const source = this.random?.end(this);
    if (source) this.graph.outputs.push(source.next);
    this.graph.outputs.push(...this.checks.map(({ indices }) => indices));
    this.outside!.checkNoneMade();
    const writes = [...written.map(({ variable }) => variable), ...(source ? [source.variable] : [])];
    return { graph: this.graph, reads: this.reads, writes, checks: this.checks };
  }

  /** What a random layer draws. */
  draw(distribution: "uniform" | "normal", shape: number[]): Tensor {
    if (this.parent)
      return this.refuse(
        "scan: random numbers inside a cell would be the same at every step: draw them for all steps before scan, [batch, steps, ...], and pass them with the inputs",
      );
    if (!this.random)
      return this.refuse("capture: no random numbers can be drawn here: draw them outside and pass them as an input");
    return this.standIn(this.random.draw(this, distribution, shape), "random numbers");
  }

  /** Counts a variable that the recording itself needs among those from outside. */
  adopt(variable: Variable): void {
    this.outside!.adopt(variable);
  }

  /** Says that a recording of a cell is over: what it computed has no value outside of it. */
  leaveBehind(cell: Recorder): void {
    const varying = varyingNodes(cell.graph);
    for (const [id, { value, made }] of cell.values) {
      if (made === OUTER || made === CONSTANT) continue;
      if (varying.has(value.node)) this.root.gone.set(id, made);
    }
  }

  /** A tensor of zeros that stands for a value of the graph: while recording, only its shape and type matter. */
  standIn(value: Value, made: string): Tensor {
    const tensor = tf.zeros([...value.shape], value.dtype as "float32");
    this.values.set(tensor.dataId, { value, made });
    return tensor;
  }

  /** Whether a tensor depends on an input of the graph, or of a graph around it. */
  knows(tensor: TensorLike): boolean {
    if (this.values.has(tensor.dataId)) return true;
    return this.parent?.knows(tensor) ?? this.outside?.variableOf(tensor.dataId) !== undefined;
  }

  /** An op begins. @returns the graph's values of its inputs */
  enter(op: string, inputs: OpInput[]): Value[] {
    if (IMPURE.test(op)) {
      this.refuse(
        `capture: ${op} can't be recorded, its result isn't a function of its inputs: do it outside and pass the result as an input`,
      );
    }
    if (OPEN_SIZE.test(op)) {
      this.refuse(
        `capture: ${op} can't be recorded, the size of its result depends on values: do it outside and pass the result as an input`,
      );
    }
    return inputs.map((input) => this.resolve(input, op));
  }

  /** An op has made its outputs. */
  leave(op: string, attributes: OpAttribute[], inputs: Value[], outputs: TensorLike[]): void {
    const encoded = Object.fromEntries(attributes.map((a) => [a.name, encode(op, a)]));
    // tfjs-node leaves these to the eager runtime, which infers them from the operands; a graph doesn't
    if (op === "ExpandDims")
      Object.assign(encoded, { T: attr.type(inputs[0]!.dtype), Tdim: attr.type(inputs[1]!.dtype) });
    if (op === "Mean") encoded.T = attr.type(inputs[0]!.dtype);
    const made = `${RESULT} ${op}`;
    const specs = outputs.map(({ shape, dtype }) => ({ shape, dtype: dtypeName(dtype, made) }));
    let values =
      this.forXla(op, attributes, inputs, specs[0]!.shape) ?? this.graph.add(op, this.kept(op, inputs), encoded, specs);
    const bound = this.mode === "xla" ? boundOf(op, inputs, specs[0]!.shape) : undefined;
    if (bound && !this.isChecked(bound)) {
      this.checks.push(bound);
      if (this.parent) values = [nanOutOfRange(this.graph, bound, values[0]!)];
    }
    outputs.forEach(({ dataId }, i) => void this.values.set(dataId, { value: values[i]!, made }));
  }

  /** TensorFlow takes the largest of relu(x) to be at the largest x; where all are 0, it is at the first. */
  private kept(op: string, inputs: Value[]): Value[] {
    const [values, ...axes] = inputs;
    return /^Arg(Max|Min)$/.test(op) ? [timesOne(this.graph, values!, this.unknownOne()), ...axes] : inputs;
  }

  /** Of an op that XLA lacks, what others make. */
  private forXla(op: string, attributes: OpAttribute[], inputs: Value[], made: number[]): Value[] | undefined {
    if (this.mode !== "xla" || op !== "ResizeNearestNeighborGrad") return undefined;
    return attributes.some(({ value }) => value === true) ? undefined : nearestGradient(this.graph, inputs[0]!, made);
  }

  /** See `Graph.unknownOne`; a cell has that of the function around. */
  private unknownOne(): Value {
    return this.parent ? this.capture(this.parent.unknownOne()) : this.graph.unknownOne();
  }

  /** Has each call look whether a loop's number of steps is one; looked at once however often it is used. */
  checkSteps(indices: Value): void {
    if (!this.checks.some((known) => known.role === "number of steps" && known.indices === indices))
      this.checks.push({ op: "scan", sizes: [], dropsNegative: false, role: "number of steps", indices });
  }

  /** Has each call look whether labels are classes; inside a cell, where each step has labels of its own, nothing. */
  checkLabels(labels: Value, classes: number): void {
    if (!this.parent)
      this.checks.push({ op: "labels", sizes: [classes], dropsNegative: false, role: "label", indices: labels });
  }

  /** Whether a gather's gradient sums by indices that the gather itself has looked at. */
  private isChecked({ op, indices, sizes }: Check & { indices: Value }): boolean {
    if (op !== "UnsortedSegmentSum") return false;
    return this.checks.some((known) => known.indices === indices && known.sizes.join() === sizes.join());
  }

  /** The graph's value for a tensor: one made while recording, an input, one of a graph around, or else a constant. */
  resolve(input: OpInput, user: string): Value {
    if (!("dataId" in input)) {
      const { buffer, byteOffset, byteLength } = input.valueArray;
      return this.graph.constant(new Uint8Array(buffer, byteOffset, byteLength), [], "int64");
    }
    const known = this.values.get(input.dataId);
    if (known) return known.value;
    const found = this.parent?.knows(input)
      ? { value: this.capture(this.parent.resolve(input, user)), made: OUTER }
      : (this.read(input.dataId) ?? { value: this.constant(input, user), made: CONSTANT });
    this.values.set(input.dataId, found);
    return found.value;
  }

  /**
   * Disposes what the function kept and returned too: what it gives are tensors of each call.
   *
   * @throws CaptureError when another result is still there that it kept: it would be frozen in later calls
   */
  checkNoneKept(kept: readonly Tensor[]): void {
    for (const tensor of kept) {
      const found = this.values.get(tensor.dataId);
      if (found?.made.startsWith(RESULT) && this.returned.has(found.value) && !tensor.isDisposed) tensor.dispose();
    }
    const made = kept
      .filter(({ isDisposed }) => !isDisposed)
      .map(({ dataId }) => this.values.get(dataId)?.made ?? this.gone.get(dataId))
      .find((what) => what !== undefined && what !== CONSTANT);
    if (made !== undefined)
      throw new CaptureError(
        `capture: ${made} is kept from call to call (tf.keep), where it would be frozen: return it as an output, or keep it in a tf.variable`,
      );
  }

  /** What made a tensor's values, if they are known only when the graph runs. */
  origin(id: DataId): string | undefined {
    const made = this.values.get(id)?.made;
    if (made !== undefined) return made === CONSTANT ? undefined : made;
    const variable = this.outside?.variableOf(id);
    return variable ? `the variable ${variable.name}` : this.parent?.origin(id);
  }

  /** The input that stands for a value of the graph around. */
  private capture(outer: Value): Value {
    const known = this.captured.find((entry) => entry.outer === outer);
    if (known) return known.inner;
    const inner = this.graph.input(outer);
    this.captured.push({ outer, inner });
    return inner;
  }

  /** The input for a variable from outside, undefined for other tensors. */
  private read(id: DataId): { value: Value; made: string } | undefined {
    const variable = this.outside?.variableOf(id);
    if (!variable) return undefined;
    const made = `the variable ${variable.name}`;
    const value = this.graph.input({ shape: variable.shape, dtype: dtypeName(variable.dtype, made) });
    this.reads.push(variable);
    return { value, made };
  }

  private constant(tensor: TensorLike, user: string): Value {
    const cell = this.root.gone.get(tensor.dataId);
    if (cell !== undefined)
      this.refuse(
        `scan: ${user} uses ${cell} from inside scan's cell, which has a value of its own at each step: return it as the cell's output, or keep it in the state`,
      );
    const backend = nodeBackend();
    const data = backend.tensorMap.get(tensor.dataId);
    if (!data)
      throw new CaptureError(`capture: ${user} uses a tensor that was disposed: keep it until the capture is done`);
    const dtype = dtypeName(tensor.dtype, `a constant used by ${user}`);
    const values = data.values ?? readNow(backend, tensor.dataId);
    return this.graph.constant(bytesOf(values, dtype), tensor.shape, dtype);
  }
}

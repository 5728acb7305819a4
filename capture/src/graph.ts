import { createHash } from "node:crypto";
import { type Attributes, attr, type DataTypeName } from "./proto.js";

export interface Spec {
  readonly shape: readonly number[];
  readonly dtype: DataTypeName;
}

/** One output of a node. A graph's inputs and all results are values; a value is used by identity. */
export interface Value extends Spec {
  readonly node: Node;
  readonly index: number;
}

export interface Node {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
  /** of a constant: its values' bytes */
  readonly data?: Uint8Array;
}

/** Stands for an input of the graph; becomes a placeholder, or a function's argument. */
export const INPUT = "Input";

/**
 * A graph of TensorFlow ops. Nodes are in an order in which they may run; equal constants are stored once. Functions
 * that its nodes call are graphs of their own, by name.
 */
export class Graph {
  readonly nodes: Node[] = [];
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  /** shared by a graph and its functions */
  readonly functions: Map<string, Graph>;
  private readonly constants = new Map<string, Value>();
  private hidden: Value | undefined;

  constructor(parent?: Graph) {
    this.functions = parent?.functions ?? new Map();
  }

  /** Adds a node. @returns its outputs */
  add(
    op: string,
    inputs: readonly Value[],
    attributes: Attributes,
    outputs: readonly Spec[],
    data?: Uint8Array,
  ): Value[] {
    const values: Value[] = [];
    const name = `${op}_${this.nodes.length}`;
    const node: Node = { name, op, inputs, attributes, outputs: values, ...(data ? { data } : {}) };
    outputs.forEach(({ shape, dtype }, index) => void values.push({ node, index, shape: [...shape], dtype }));
    this.nodes.push(node);
    return values;
  }

  /** Adds a node with one output. */
  one(
    op: string,
    inputs: readonly Value[],
    attributes: Attributes,
    shape: readonly number[],
    dtype: DataTypeName = "float32",
  ): Value {
    return this.add(op, inputs, attributes, [{ shape, dtype }])[0]!;
  }

  /** Adds a node as another graph has it. @param inputs of this graph */
  copy({ op, attributes, outputs, data }: Node, inputs: readonly Value[]): Value[] {
    return this.add(op, inputs, attributes, outputs, data);
  }

  input({ shape, dtype }: Spec): Value {
    const value = this.one(INPUT, [], {}, shape, dtype);
    this.inputs.push(value);
    return value;
  }

  /** A scalar input that is always 1, which no compiler can know; the session feeds it. */
  unknownOne(): Value {
    this.hidden ??= this.one(INPUT, [], {}, [], "float32");
    return this.hidden;
  }

  /** A constant; the bytes are copied, so a later change of the tensor can't leak in. */
  constant(bytes: Uint8Array, shape: readonly number[], dtype: DataTypeName): Value {
    // by their hash: as text they would be kept twice, and none may be longer than half a gigabyte
    const key = `${dtype}[${shape}]${createHash("sha256").update(bytes).digest("base64")}`;
    const known = this.constants.get(key);
    if (known) return known;
    // not Uint8Array.from: once something has patched iterators, as tfjs does, that goes number by number
    const data = new Uint8Array(bytes);
    const attributes = { dtype: attr.type(dtype), value: attr.tensor(dtype, shape, data) };
    const value = this.add("Const", [], attributes, [{ shape, dtype }], data)[0]!;
    this.constants.set(key, value);
    return value;
  }

  /** An int32 constant. @param shape if not that of `values` */
  ints(values: number | readonly number[], shape = typeof values === "number" ? [] : [values.length]): Value {
    return this.constant(new Uint8Array(Int32Array.from([values].flat()).buffer), shape, "int32");
  }

  /** A float32 scalar. */
  float(value: number): Value {
    return this.constant(new Uint8Array(Float32Array.of(value).buffer), [], "float32");
  }

  zeros(shape: readonly number[]): Value {
    const attributes = { T: attr.type("float32"), index_type: attr.type("int32") };
    return this.one("Fill", [this.ints(shape), this.float(0)], attributes, shape);
  }

  /** Names a function that nodes of this graph, or of its functions, can call. @returns its name */
  define(prefix: string, body: Graph): string {
    const name = `${prefix}_${this.functions.size}`;
    this.functions.set(name, body);
    return name;
  }

  /** Whether the session has to feed a 1 after the inputs. */
  get needsOne(): boolean {
    return this.hidden !== undefined;
  }

  /** All inputs, the hidden one last. */
  get ports(): Value[] {
    return this.hidden ? [...this.inputs, this.hidden] : this.inputs;
  }

  /** The nodes that an output needs, in order. */
  live(): Node[] {
    const needed = new Set(nodesBehind(this.outputs));
    return this.nodes.filter((node) => needed.has(node));
  }
}

/** The values of a constant of int32, undefined if it is none. */
export function intsOf(value: Value | undefined): number[] | undefined {
  const data = value?.node.data;
  return data && Array.from(new Int32Array(data.buffer, data.byteOffset, data.byteLength / 4));
}

/** The nodes of a graph that depend on its inputs. */
export function varyingNodes({ nodes }: Graph): Set<Node> {
  const varying = new Set<Node>();
  // nodes come after what they are computed from
  for (const node of nodes)
    if (node.op === INPUT || node.inputs.some((input) => varying.has(input.node))) varying.add(node);
  return varying;
}

/** The nodes that values are computed from, in an order in which they may run, as far as `stop` lets through. */
export function nodesBehind(values: readonly Value[], stop: (value: Value) => boolean = () => false): Node[] {
  const order: Node[] = [];
  const done = new Set<Node>();
  // without recursion: graphs are deep
  const pending = values.filter((value) => !stop(value)).map((value) => value.node);
  while (pending.length > 0) {
    const node = pending.at(-1)!;
    const missing = done.has(node) ? [] : node.inputs.filter((input) => !stop(input) && !done.has(input.node));
    if (missing.length > 0) {
      for (const input of missing) pending.push(input.node);
      continue;
    }
    pending.pop();
    if (!done.has(node)) order.push(node);
    done.add(node);
  }
  return order;
}

/** Adds a node to a graph in its own way. @returns its outputs, or undefined to have it copied as it is */
export type Substitute = (target: Graph, node: Node, inputs: Value[]) => Value[] | undefined;

/** Copies values of one graph, with all that they are computed from, into another. */
export class Copier {
  private readonly copies = new Map<Node, readonly Value[]>();

  /**
   * @param known values that already have a counterpart in `target`
   * @param substitute replaces nodes on the way
   */
  constructor(
    private readonly target: Graph,
    private readonly known: ReadonlyMap<Value, Value>,
    private readonly substitute: Substitute = () => undefined,
  ) {}

  copy(value: Value): Value {
    for (const node of nodesBehind([value], (input) => this.known.has(input) || this.copies.has(input.node))) {
      if (node.op === INPUT) throw new Error(`scan: an input of the step (${node.name}) has no counterpart`);
      const inputs = node.inputs.map((input) => this.copied(input));
      this.copies.set(node, this.substitute(this.target, node, inputs) ?? this.target.copy(node, inputs));
    }
    return this.copied(value);
  }

  private copied(value: Value): Value {
    return this.known.get(value) ?? this.copies.get(value.node)![value.index]!;
  }
}

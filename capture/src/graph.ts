import { type Attribute, attr, DataType, type DataTypeName } from "./proto.js";

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
  readonly attributes: Readonly<Record<string, Attribute>>;
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
    attributes: Readonly<Record<string, Attribute>>,
    outputs: readonly Spec[],
    data?: Uint8Array,
  ): Value[] {
    const values: Value[] = [];
    const node: Node = {
      name: `${op}_${this.nodes.length}`,
      op,
      inputs,
      attributes,
      outputs: values,
      ...(data ? { data } : {}),
    };
    outputs.forEach(({ shape, dtype }, index) => {
      values.push({ node, index, shape: [...shape], dtype });
    });
    this.nodes.push(node);
    return values;
  }

  /** Adds a node with one output. */
  one(
    op: string,
    inputs: readonly Value[],
    attributes: Record<string, Attribute>,
    shape: readonly number[],
    dtype: DataTypeName = "float32",
  ): Value {
    return this.add(op, inputs, attributes, [{ shape, dtype }])[0]!;
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
    const key = `${dtype}[${shape}]${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")}`;
    const known = this.constants.get(key);
    if (known) return known;
    const data = Uint8Array.from(bytes);
    const attributes = { dtype: attr.type(DataType[dtype]), value: attr.tensor(DataType[dtype], shape, data) };
    const value = this.add("Const", [], attributes, [{ shape, dtype }], data)[0]!;
    this.constants.set(key, value);
    return value;
  }

  ints(values: number | readonly number[]): Value {
    const list = typeof values === "number" ? [values] : values;
    return this.constant(
      new Uint8Array(Int32Array.from(list).buffer),
      typeof values === "number" ? [] : [list.length],
      "int32",
    );
  }

  floats(values: ArrayLike<number>, shape: readonly number[]): Value {
    return this.constant(new Uint8Array(Float32Array.from(values).buffer), shape, "float32");
  }

  zeros(shape: readonly number[]): Value {
    const attributes = { T: attr.type(DataType.float32), index_type: attr.type(DataType.int32) };
    return this.one("Fill", [this.ints(shape), this.floats([0], [])], attributes, shape);
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
    const needed = new Set<Node>();
    const pending = this.outputs.map((value) => value.node);
    for (let node = pending.pop(); node; node = pending.pop()) {
      if (needed.has(node)) continue;
      needed.add(node);
      for (const input of node.inputs) pending.push(input.node);
    }
    return this.nodes.filter((node) => needed.has(node));
  }
}

import { type Attribute, attr, DataType, type DataTypeName, type Endpoint, nodeMessage, savedModel } from "./proto.js";

/** One output of a node in a graph under construction. */
export interface Ref {
  readonly node: GraphNode;
  readonly index: number;
}

interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Ref[];
  readonly attributes: Record<string, Attribute>;
}

interface Port {
  readonly ref: Ref;
  readonly shape: readonly number[];
  readonly dtype: DataTypeName;
}

/** A TensorFlow graph: nodes are added in the order in which they may run, equal constants are stored once. */
export class Graph {
  private readonly nodes: GraphNode[] = [];
  private readonly constants = new Map<string, Ref>();
  private readonly inputs: Port[] = [];
  private readonly outputs: Port[] = [];

  /** @returns reference to the node's first output; the others are `{ node, index }` */
  add(op: string, inputs: readonly Ref[], attributes: Record<string, Attribute>): Ref {
    const node = { name: `${op}_${this.nodes.length}`, op, inputs, attributes };
    this.nodes.push(node);
    return { node, index: 0 };
  }

  input(shape: readonly number[], dtype: DataTypeName): Ref {
    const ref = this.add("Placeholder", [], { dtype: attr.type(DataType[dtype]), shape: attr.shape(shape) });
    this.inputs.push({ ref, shape, dtype });
    return ref;
  }

  /** A constant; the bytes are copied, so a later change of the tensor can't leak in. */
  constant(bytes: Uint8Array, shape: readonly number[], dtype: DataTypeName): Ref {
    const key = `${dtype}[${shape}]${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")}`;
    const known = this.constants.get(key);
    if (known) return known;
    const ref = this.add("Const", [], {
      dtype: attr.type(DataType[dtype]),
      value: attr.tensor(DataType[dtype], shape, Uint8Array.from(bytes)),
    });
    this.constants.set(key, ref);
    return ref;
  }

  /** An Identity in front of each output lets an input or a constant be an output, or one value two outputs. */
  output(ref: Ref, shape: readonly number[], dtype: DataTypeName): void {
    this.outputs.push({ ref: this.add("Identity", [ref], { T: attr.type(DataType[dtype]) }), shape, dtype });
  }

  /** The graph as a SavedModel, with only the nodes that an output needs, and the inputs even if none does. */
  serialize(): { model: Uint8Array; inputs: string[]; outputs: string[]; ops: number } {
    const needed = new Set<GraphNode>();
    const pending = [...this.inputs, ...this.outputs].map((port) => port.ref.node);
    for (let node = pending.pop(); node; node = pending.pop()) {
      if (needed.has(node)) continue;
      needed.add(node);
      for (const input of node.inputs) pending.push(input.node);
    }
    const kept = this.nodes.filter((node) => needed.has(node));
    const messages = kept.map((node) => nodeMessage(node.name, node.op, node.inputs.map(edge), node.attributes));
    const endpoint = ({ ref, shape, dtype }: Port): Endpoint => ({
      name: `${ref.node.name}:${ref.index}`,
      type: DataType[dtype],
      shape,
    });
    const inputs = this.inputs.map(endpoint);
    const outputs = this.outputs.map(endpoint);
    const names = (ports: Endpoint[]) => ports.map((port) => port.name);
    return { model: savedModel(messages, inputs, outputs), inputs: names(inputs), outputs: names(outputs), ops: kept.length };
  }
}

function edge({ node, index }: Ref): string {
  return index === 0 ? node.name : `${node.name}:${index}`;
}

import { CaptureError } from "./error.js";
import { type Graph, INPUT, type Node, type Value } from "./graph.js";
import { outputArgument } from "./ops.js";
import {
  type Attribute,
  attr,
  DataType,
  type Endpoint,
  type FunctionMessage,
  functionMessage,
  type NodeMessage,
  nodeMessage,
  savedModel,
} from "./proto.js";

/** How a graph is compiled: as it is, by TensorFlow's executor, or the whole of it by XLA. */
export type CompileMode = "graph" | "xla";

export interface Program {
  model: Uint8Array;
  inputs: string[];
  outputs: string[];
  /** whether the last input is a 1 that the graph needs beside the recorded inputs */
  needsOne: boolean;
  /** nodes of the graph and of its functions */
  ops: number;
}

/** A graph as a SavedModel that TensorFlow loads. */
export function emit(graph: Graph, mode: CompileMode): Program {
  const functions = [...graph.functions].map(([name, body]) => functionOf(name, body));
  const placeholders = graph.ports.map(({ shape, dtype }, i) =>
    nodeMessage(`input_${i}`, "Placeholder", [], { dtype: attr.type(DataType[dtype]), shape: attr.shape(shape) }),
  );
  const nodes = [...placeholders];
  let ops = graph.live().length + [...graph.functions.values()].reduce((sum, body) => sum + body.live().length, 0);
  let results: string[];
  if (mode === "xla") {
    functions.push(functionOf(PROGRAM, graph));
    const call: Record<string, Attribute> = {
      Tin: attr.types(graph.ports.map(({ dtype }) => DataType[dtype])),
      Tout: attr.types(graph.outputs.map(({ dtype }) => DataType[dtype])),
      f: attr.func(PROGRAM),
      config: attr.string(""),
      config_proto: attr.string(""),
      executor_type: attr.string(""),
      // the attribute that tf.function(jit_compile=True) sets: all or nothing, no flag needed
      _XlaMustCompile: attr.bool(true),
    };
    nodes.push(
      nodeMessage(
        PROGRAM,
        "StatefulPartitionedCall",
        graph.ports.map((_, i) => `input_${i}`),
        call,
      ),
    );
    results = graph.outputs.map((_, i) => (i === 0 ? PROGRAM : `${PROGRAM}:${i}`));
    ops += 1;
  } else {
    const inputNames = new Map(graph.ports.map((value, i) => [value, `input_${i}`]));
    const edge = (value: Value) =>
      inputNames.get(value) ?? (value.index === 0 ? value.node.name : `${value.node.name}:${value.index}`);
    nodes.push(...messages(graph.live(), edge));
    results = graph.outputs.map(edge);
  }
  // an Identity in front of each output lets an input or a constant be an output, or one value two outputs
  const identities = graph.outputs.map(({ dtype }, i) =>
    nodeMessage(`output_${i}`, "Identity", [results[i]!], { T: attr.type(DataType[dtype]) }),
  );
  const endpoints = (values: Value[], prefix: string): Endpoint[] =>
    values.map(({ shape, dtype }, i) => ({ name: `${prefix}_${i}:0`, type: DataType[dtype], shape }));
  const inputs = endpoints(graph.ports, "input");
  const outputs = endpoints(graph.outputs, "output");
  return {
    model: savedModel([...nodes, ...identities], functions, inputs, outputs),
    inputs: inputs.map(({ name }) => name),
    outputs: outputs.map(({ name }) => name),
    needsOne: graph.needsOne,
    ops,
  };
}

const PROGRAM = "program";

function messages(nodes: Node[], edge: (value: Value) => string): NodeMessage[] {
  return nodes
    .filter((node) => node.op !== INPUT)
    .map((node) => nodeMessage(node.name, node.op, node.inputs.map(edge), node.attributes));
}

function functionOf(name: string, graph: Graph): FunctionMessage {
  const argument = new Map(graph.ports.map((value, i) => [value, `argument_${i}`]));
  const edge = (value: Value): string => {
    const known = argument.get(value);
    if (known) return known;
    const output = outputArgument(value.node.op, value.index);
    if (output === undefined) {
      throw new CaptureError(
        `capture: ${value.node.op} can't be recorded inside scan or compiled by XLA: compute it outside, or use { compile: "graph" }`,
      );
    }
    return `${value.node.name}:${output}`;
  };
  const outputs = graph.outputs.map((value, i) => ({
    name: `result_${i}`,
    type: DataType[value.dtype],
    value: edge(value),
  }));
  const inputs = graph.ports.map(({ dtype }, i) => ({ name: `argument_${i}`, type: DataType[dtype] }));
  return functionMessage(name, messages(graph.live(), edge), inputs, outputs);
}

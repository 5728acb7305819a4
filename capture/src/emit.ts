import { type Graph, INPUT, type Node, type Value } from "./graph.js";
import { outputArgument } from "./ops.js";
import {
  type Attributes,
  attr,
  DataType,
  type DataTypeName,
  type Message,
  message,
  pb,
  shapeMessage,
} from "./proto.js";
import { CaptureError } from "./support/user-error.js";

/** How a graph is compiled: as it is, by TensorFlow's executor, or the whole of it by XLA. */
export type CompileMode = "graph" | "xla";

/** A graph as a SavedModel that TensorFlow loads. */
export interface Emitted {
  /** serialised */
  model: Uint8Array;
  /** what TensorFlow calls the graph's ports and its outputs */
  inputs: string[];
  outputs: string[];
  /** nodes of the graph and of its functions */
  ops: number;
}

/** The tag under which the SavedModel holds its graph. */
export const TAG = "serve";

/** GraphDef version of TensorFlow 2.9, the release that tfjs-node 4.22 was built for; newer runtimes accept it. */
const GRAPH_VERSION = 1087;

/** The function that holds the whole graph, for XLA. */
const PROGRAM = "program";

export function emit(graph: Graph, mode: CompileMode): Emitted {
  const functions = [...graph.functions].map(([name, body]) => functionOf(name, body));
  let nodes = graph.ports.map(({ shape, dtype }, i) =>
    nodeMessage(`input_${i}`, "Placeholder", [], { dtype: attr.type(dtype), shape: attr.shape(shape) }),
  );
  let ops = [graph, ...graph.functions.values()].reduce((sum, body) => sum + body.live().length, 0);
  let results: string[];
  if (mode === "xla") {
    functions.push(functionOf(PROGRAM, graph));
    nodes.push(callOf(graph));
    results = graph.outputs.map((_, i) => (i === 0 ? PROGRAM : `${PROGRAM}:${i}`));
    ops += 1;
  } else {
    const inputNames = new Map(graph.ports.map((value, i) => [value, `input_${i}`]));
    const edge = (value: Value) =>
      inputNames.get(value) ?? (value.index === 0 ? value.node.name : `${value.node.name}:${value.index}`);
    // not by push: a call takes a hundred thousand arguments at most
    nodes = nodes.concat(nodeMessages(graph.live(), edge));
    results = graph.outputs.map(edge);
  }
  // an Identity in front of each output lets an input or a constant be an output, or one value two outputs
  const identities = graph.outputs.map(({ dtype }, i) =>
    nodeMessage(`output_${i}`, "Identity", [results[i]!], { T: attr.type(dtype) }),
  );
  return {
    model: savedModel(graph, [...nodes, ...identities], functions),
    inputs: graph.ports.map((_, i) => `input_${i}:0`),
    outputs: graph.outputs.map((_, i) => `output_${i}:0`),
    ops,
  };
}

/** The call of a graph that is a function, compiled by XLA. */
function callOf(graph: Graph): Message {
  const attributes = {
    Tin: attr.types(graph.ports.map(({ dtype }) => dtype)),
    Tout: attr.types(graph.outputs.map(({ dtype }) => dtype)),
    f: attr.func(PROGRAM),
    config: attr.string(""),
    config_proto: attr.string(""),
    executor_type: attr.string(""),
    // the attribute that tf.function(jit_compile=True) sets: all or nothing, no flag needed
    _XlaMustCompile: attr.bool(true),
  };
  const inputs = graph.ports.map((_, i) => `input_${i}`);
  return nodeMessage(PROGRAM, "StatefulPartitionedCall", inputs, attributes);
}

function nodeMessage(name: string, op: string, inputs: string[], attributes: Attributes): Message {
  const node = message(pb.NodeDef, { Name: name, Op: op, InputList: inputs });
  for (const [key, { attribute }] of Object.entries(attributes)) node.getAttrMap().set(key, attribute);
  return node;
}

function nodeMessages(nodes: readonly Node[], edge: (value: Value) => string): Message[] {
  return nodes
    .filter((node) => node.op !== INPUT)
    .map((node) => nodeMessage(node.name, node.op, node.inputs.map(edge), node.attributes));
}

/** A graph as a function: its values are called "node:argument:index". */
function functionOf(name: string, graph: Graph): Message {
  const inputs = new Map(graph.ports.map((value, i) => [value, `argument_${i}`]));
  const edge = (value: Value): string => {
    const input = inputs.get(value);
    if (input) return input;
    const { op, name } = value.node;
    const output = outputArgument(op, value.index);
    if (output === undefined) {
      throw new CaptureError(
        `capture: ${op} can't be recorded inside scan or compiled by XLA: compute it outside, or use { compile: "graph" }`,
      );
    }
    return `${name}:${output}`;
  };
  const argument = (name: string, type: DataTypeName) => message(pb.OpDef.ArgDef, { Name: name, Type: DataType[type] });
  const signature = message(pb.OpDef, {
    Name: name,
    InputArgList: graph.ports.map(({ dtype }, i) => argument(`argument_${i}`, dtype)),
    OutputArgList: graph.outputs.map(({ dtype }, i) => argument(`result_${i}`, dtype)),
  });
  const definition = message(pb.FunctionDef, { Signature: signature });
  for (const [i, value] of graph.outputs.entries()) definition.getRetMap().set(`result_${i}`, edge(value));
  definition.setNodeDefList(nodeMessages(graph.live(), edge));
  return definition;
}

/** One graph with one signature. TensorFlow reads the graph from it and needs nothing beside. */
function savedModel(graph: Graph, nodes: Message[], functions: Message[]): Uint8Array {
  const versions = message(pb.VersionDef, { Producer: GRAPH_VERSION });
  const graphMessage = message(pb.GraphDef, { NodeList: nodes, Versions: versions });
  if (functions.length > 0) graphMessage.setLibrary(message(pb.FunctionDefLibrary, { FunctionList: functions }));

  const signature = new pb.SignatureDef();
  const describe = (ports: Message, prefix: string, values: readonly Value[]) => {
    for (const [i, { shape, dtype }] of values.entries()) {
      const fields = { Name: `${prefix}_${i}:0`, Dtype: DataType[dtype], TensorShape: shapeMessage(shape) };
      ports.set(`${prefix}_${i}`, message(pb.TensorInfo, fields));
    }
  };
  describe(signature.getInputsMap(), "input", graph.ports);
  describe(signature.getOutputsMap(), "output", graph.outputs);

  const info = message(pb.MetaGraphDef.MetaInfoDef, { TagsList: [TAG] });
  const metaGraph = message(pb.MetaGraphDef, { MetaInfoDef: info, GraphDef: graphMessage });
  metaGraph.getSignatureDefMap().set("serving_default", signature);
  return message(pb.SavedModel, { SavedModelSchemaVersion: 1, MetaGraphsList: [metaGraph] }).serializeBinary();
}

/** TensorFlow's protocol buffers, as shipped inside tfjs-node, behind a few typed makers. */

/** Message objects of google-protobuf: what we build is only handed on, so one opaque type serves. */
// biome-ignore lint/suspicious/noExplicitAny: the generated classes come without types
type Message = any;

const pb: Record<string, Message> = require("@tensorflow/tfjs-node/dist/proto/api_pb.js");

/** Numbers of TensorFlow's DataType enum, for the types that tfjs tensors have, and the three that graphs add. */
export const DataType = { float32: 1, int32: 3, int64: 9, bool: 10, variant: 21, uint64: 23 } as const;
export type DataTypeName = keyof typeof DataType;

export type Attribute = { readonly attribute: Message };

/** A flag among a node's attributes. */
export function flag(attributes: Readonly<Record<string, Attribute>>, name: string): boolean {
  return attributes[name]?.attribute.getB() ?? false;
}

/** A whole number among a node's attributes. */
export function integer(attributes: Readonly<Record<string, Attribute>>, name: string): number {
  return attributes[name]?.attribute.getI() ?? 0;
}
export type NodeMessage = { readonly node: Message };

function shapeMessage(shape: readonly number[]): Message {
  const message = new pb.TensorShape();
  for (const size of shape) {
    const dim = new pb.TensorShape.Dim();
    dim.setSize(size);
    message.addDim(dim);
  }
  return message;
}

function make(fill: (value: Message) => void): Attribute {
  const attribute = new pb.AttrValue();
  fill(attribute);
  return { attribute };
}

export const attr = {
  type: (type: number) => make((a) => a.setType(type)),
  types: (types: number[]) => make((a) => list(a, (l) => l.setTypeList(types))),
  int: (value: number) => make((a) => a.setI(value)),
  ints: (values: number[]) => make((a) => list(a, (l) => l.setIList(values))),
  float: (value: number) => make((a) => a.setF(value)),
  bool: (value: boolean) => make((a) => a.setB(value)),
  string: (value: string) => make((a) => a.setS(new Uint8Array(Buffer.from(value)))),
  shape: (shape: readonly number[]) => make((a) => a.setShape(shapeMessage(shape))),
  shapes: (shapes: (readonly number[])[]) => make((a) => list(a, (l) => l.setShapeList(shapes.map(shapeMessage)))),
  func: (name: string) =>
    make((a) => {
      const call = new pb.NameAttrList();
      call.setName(name);
      a.setFunc(call);
    }),
  tensor: (type: number, shape: readonly number[], content: Uint8Array) =>
    make((a) => {
      const tensor = new pb.Tensor();
      tensor.setDtype(type);
      tensor.setTensorShape(shapeMessage(shape));
      tensor.setTensorContent(content);
      a.setTensor(tensor);
    }),
};

function list(attribute: Message, fill: (list: Message) => void): void {
  const message = new pb.AttrValue.ListValue();
  fill(message);
  attribute.setList(message);
}

export function nodeMessage(
  name: string,
  op: string,
  inputs: string[],
  attributes: Record<string, Attribute>,
): NodeMessage {
  const node = new pb.NodeDef();
  node.setName(name);
  node.setOp(op);
  node.setInputList(inputs);
  const map = node.getAttrMap();
  for (const [key, value] of Object.entries(attributes)) map.set(key, value.attribute);
  return { node };
}

export interface Endpoint {
  name: string;
  type: number;
  shape: readonly number[];
}

export type FunctionMessage = { readonly definition: Message };

/**
 * @param inputs the arguments' names and types
 * @param outputs the results' names and types, and the values "node:argument:index" that they have
 */
export function functionMessage(
  name: string,
  nodes: NodeMessage[],
  inputs: { name: string; type: number }[],
  outputs: { name: string; type: number; value: string }[],
): FunctionMessage {
  const definition = new pb.FunctionDef();
  const signature = new pb.OpDef();
  signature.setName(name);
  const argument = ({ name, type }: { name: string; type: number }) => {
    const message = new pb.OpDef.ArgDef();
    message.setName(name);
    message.setType(type);
    return message;
  };
  for (const input of inputs) signature.addInputArg(argument(input));
  for (const output of outputs) {
    signature.addOutputArg(argument(output));
    definition.getRetMap().set(output.name, output.value);
  }
  definition.setSignature(signature);
  definition.setNodeDefList(nodes.map((n) => n.node));
  return { definition };
}

/**
 * A SavedModel of one graph with one signature, serialised. TensorFlow reads the graph from it and needs nothing
 * beside.
 */
export function savedModel(
  nodes: NodeMessage[],
  functions: FunctionMessage[],
  inputs: Endpoint[],
  outputs: Endpoint[],
): Uint8Array {
  const graph = new pb.GraphDef();
  graph.setNodeList(nodes.map((n) => n.node));
  const version = new pb.VersionDef();
  version.setProducer(GRAPH_VERSION);
  graph.setVersions(version);

  if (functions.length > 0) {
    const library = new pb.FunctionDefLibrary();
    for (const { definition } of functions) library.addFunction(definition);
    graph.setLibrary(library);
  }

  const info = ({ name, type, shape }: Endpoint) => {
    const message = new pb.TensorInfo();
    message.setName(name);
    message.setDtype(type);
    message.setTensorShape(shapeMessage(shape));
    return message;
  };
  const signature = new pb.SignatureDef();
  for (const [i, input] of inputs.entries()) signature.getInputsMap().set(`input_${i}`, info(input));
  for (const [i, output] of outputs.entries()) signature.getOutputsMap().set(`output_${i}`, info(output));

  const meta = new pb.MetaGraphDef.MetaInfoDef();
  meta.addTags(TAG);
  const metaGraph = new pb.MetaGraphDef();
  metaGraph.setMetaInfoDef(meta);
  metaGraph.setGraphDef(graph);
  metaGraph.getSignatureDefMap().set("serving_default", signature);

  const model = new pb.SavedModel();
  model.setSavedModelSchemaVersion(1);
  model.addMetaGraphs(metaGraph);
  return model.serializeBinary();
}

/** GraphDef version of TensorFlow 2.9, the release that tfjs-node 4.22 was built for; newer runtimes accept it. */
const GRAPH_VERSION = 1087;

export const TAG = "serve";

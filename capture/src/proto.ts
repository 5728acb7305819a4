/** TensorFlow's protocol buffers, as shipped inside tfjs-node. */

/** Message objects of google-protobuf: what we build is only handed on, so one opaque type serves. */
// biome-ignore lint/suspicious/noExplicitAny: the generated classes come without types
export type Message = any;

export const pb: Record<string, Message> = require("@tensorflow/tfjs-node/dist/proto/api_pb.js");

/** A message of a class of `pb`. @param fields by the names of the class's setters, without "set" */
export function message(Kind: Message, fields: Readonly<Record<string, unknown>>): Message {
  const made = new Kind();
  for (const [name, value] of Object.entries(fields)) made[`set${name}`](value);
  return made;
}

/** Numbers of TensorFlow's DataType enum, for the types that tfjs tensors have, and the three that graphs add. */
export const DataType = { float32: 1, int32: 3, int64: 9, bool: 10, variant: 21, uint64: 23 } as const;
export type DataTypeName = keyof typeof DataType;

export function shapeMessage(shape: readonly number[]): Message {
  return message(pb.TensorShape, { DimList: shape.map((size) => message(pb.TensorShape.Dim, { Size: size })) });
}

export type Attribute = { readonly attribute: Message };
export type Attributes = Readonly<Record<string, Attribute>>;

const one = (field: string, value: unknown): Attribute => ({ attribute: message(pb.AttrValue, { [field]: value }) });
const list = (field: string, values: unknown[]) => one("List", message(pb.AttrValue.ListValue, { [field]: values }));

/** Makers of attributes. */
export const attr = {
  /** @param type by name, or as TensorFlow's number */
  type: (type: DataTypeName | number) => one("Type", typeof type === "number" ? type : DataType[type]),
  types: (types: readonly DataTypeName[]) =>
    list(
      "TypeList",
      types.map((type) => DataType[type]),
    ),
  int: (value: number) => one("I", value),
  ints: (values: number[]) => list("IList", values),
  float: (value: number) => one("F", value),
  bool: (value: boolean) => one("B", value),
  string: (value: string) => one("S", new Uint8Array(Buffer.from(value))),
  shape: (shape: readonly number[]) => one("Shape", shapeMessage(shape)),
  shapes: (shapes: readonly (readonly number[])[]) => list("ShapeList", shapes.map(shapeMessage)),
  func: (name: string) => one("Func", message(pb.NameAttrList, { Name: name })),
  tensor: (type: DataTypeName, shape: readonly number[], content: Uint8Array) => {
    const fields = { Dtype: DataType[type], TensorShape: shapeMessage(shape), TensorContent: content };
    return one("Tensor", message(pb.Tensor, fields));
  },
};

/** A flag among a node's attributes. */
export function flag(attributes: Attributes, name: string): boolean {
  return attributes[name]?.attribute.getB() ?? false;
}

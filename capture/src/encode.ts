import { type Attribute, attr, type DataTypeName } from "./proto.js";
import { CaptureError } from "./support/user-error.js";
import { nodeBackend, type OpAttribute } from "./tensorflow.js";

/** A tensor's values as a graph's constant has them. */
export function bytesOf(values: ArrayBufferView | ArrayLike<number>, dtype: DataTypeName): Uint8Array {
  if (dtype === "bool") return Uint8Array.from(values as unknown as ArrayLike<number>);
  const kind = dtype === "int32" ? Int32Array : Float32Array;
  const typed = ArrayBuffer.isView(values) ? values : kind.from(values);
  return new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
}

/** An attribute of an op of tfjs-node as the graph has it. */
export function encode(op: string, { name, type, value }: OpAttribute): Attribute {
  const { binding } = nodeBackend();
  if (type === binding.TF_ATTR_TYPE) return attr.type(value as number);
  if (type === binding.TF_ATTR_INT) return Array.isArray(value) ? attr.ints(value) : attr.int(value as number);
  if (type === binding.TF_ATTR_FLOAT) return attr.float(value as number);
  if (type === binding.TF_ATTR_BOOL) return attr.bool(value as boolean);
  if (type === binding.TF_ATTR_STRING) return attr.string(value as string);
  if (type === binding.TF_ATTR_SHAPE) return attr.shape(value as number[]);
  throw new CaptureError(
    `capture: ${op} can't be recorded, its attribute ${name} has an unknown kind (${type}): compute this op outside the capture`,
  );
}

/** Whether a tensor of this type can be in a graph. */
export function isCapturable(dtype: string): dtype is "float32" | "int32" | "bool" {
  return dtype === "float32" || dtype === "int32" || dtype === "bool";
}

/** @throws CaptureError when graphs have no such type */
export function dtypeName(dtype: string, what: string): DataTypeName {
  if (isCapturable(dtype)) return dtype;
  throw new CaptureError(`capture: ${what} has type ${dtype}, only float32, int32 and bool can be captured`);
}

import { CaptureError } from "./error.js";
import { INPUT, type Value } from "./graph.js";
import { type Attribute, attr, DataType, type DataTypeName } from "./proto.js";
import { nodesBehind } from "./scan/copy.js";

/** Whether a value is known only when the graph runs. */
export function dependsOnInput(value: Value): boolean {
  return nodesBehind([value], () => false).some((node) => node.op === INPUT);
}

export function typeOf({ dtype }: Value): Attribute {
  return attr.type(DataType[dtype]);
}

export function dtypeName(dtype: string, what: string): DataTypeName {
  if (dtype === "float32" || dtype === "int32" || dtype === "bool") return dtype;
  throw new CaptureError(`capture: ${what} has type ${dtype}, only float32, int32 and bool can be captured`);
}

export function bytesOf(values: ArrayBufferView | ArrayLike<number>, dtype: DataTypeName): Uint8Array {
  if (dtype === "bool") return Uint8Array.from(values as unknown as ArrayLike<number>);
  const typed = ArrayBuffer.isView(values)
    ? values
    : dtype === "int32"
      ? Int32Array.from(values)
      : Float32Array.from(values);
  return new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
}

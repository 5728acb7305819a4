/** How many bits a number takes, and how it becomes a float32; `read` is absent of numbers that aren't one. */
interface Dtype {
  bits: number;
  read?(view: DataView, at: number): number;
}

const bfloat = new DataView(new ArrayBuffer(4));

/** All dtypes that the safetensors format knows, by their names there. */
export const DTYPES: ReadonlyMap<string, Dtype> = new Map<string, Dtype>([
  ["F32", { bits: 32, read: (view, at) => view.getFloat32(at, true) }],
  ["F64", { bits: 64, read: (view, at) => view.getFloat64(at, true) }],
  ["F16", { bits: 16, read: (view, at) => small(view.getUint16(at, true), 5, 10, 15, "ieee") }],
  [
    "BF16",
    {
      bits: 16,
      read(view, at) {
        bfloat.setUint16(0, view.getUint16(at, true));
        return bfloat.getFloat32(0);
      },
    },
  ],
  ["F8_E5M2", { bits: 8, read: (view, at) => small(view.getUint8(at), 5, 2, 15, "ieee") }],
  ["F8_E4M3", { bits: 8, read: (view, at) => small(view.getUint8(at), 4, 3, 7, "fn") }],
  ["F8_E5M2FNUZ", { bits: 8, read: (view, at) => small(view.getUint8(at), 5, 2, 16, "fnuz") }],
  ["F8_E4M3FNUZ", { bits: 8, read: (view, at) => small(view.getUint8(at), 4, 3, 8, "fnuz") }],
  [
    "F8_E8M0",
    { bits: 8, read: (view, at) => (view.getUint8(at) === 255 ? Number.NaN : 2 ** (view.getUint8(at) - 127)) },
  ],
  ["BOOL", { bits: 8, read: (view, at) => Number(view.getUint8(at) !== 0) }],
  ["U8", { bits: 8, read: (view, at) => view.getUint8(at) }],
  ["I8", { bits: 8, read: (view, at) => view.getInt8(at) }],
  ["U16", { bits: 16, read: (view, at) => view.getUint16(at, true) }],
  ["I16", { bits: 16, read: (view, at) => view.getInt16(at, true) }],
  ["U32", { bits: 32, read: (view, at) => view.getUint32(at, true) }],
  ["I32", { bits: 32, read: (view, at) => view.getInt32(at, true) }],
  ["U64", { bits: 64, read: (view, at) => Number(view.getBigUint64(at, true)) }],
  ["I64", { bits: 64, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  ["C64", { bits: 64 }],
  ["F4", { bits: 4 }],
  ["F6_E2M3", { bits: 6 }],
  ["F6_E3M2", { bits: 6 }],
]);

/**
 * A floating-point number of 8 or 16 bits: sign, exponent, fraction.
 *
 * @param special what the largest exponent means: "ieee" infinity and NaN; "fn" a number, but all bits set NaN; "fnuz"
 *   a number, and NaN is -0
 */
function small(
  bits: number,
  exponentBits: number,
  fractionBits: number,
  bias: number,
  special: "ieee" | "fn" | "fnuz",
): number {
  const signBit = 2 ** (exponentBits + fractionBits);
  const sign = bits >= signBit ? -1 : 1;
  const magnitude = bits % signBit;
  const exponent = Math.floor(magnitude / 2 ** fractionBits);
  const fraction = magnitude % 2 ** fractionBits;
  if (special === "fnuz" && bits === signBit) return Number.NaN;
  if (special === "fn" && magnitude === signBit - 1) return Number.NaN;
  if (special === "ieee" && exponent === 2 ** exponentBits - 1)
    return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  return sign * (1 + fraction / 2 ** fractionBits) * 2 ** (exponent - bias);
}

/** How many bits a number takes, and how it becomes a float32; `read` is absent of numbers that aren't one. */
interface Dtype {
  bits: number;
  read?(view: DataView, offset: number): number;
}

const word = new DataView(new ArrayBuffer(4));

/** All dtypes that the safetensors format knows, by their names there. */
export const DTYPES: ReadonlyMap<string, Dtype> = new Map<string, Dtype>([
  ["F32", { bits: 32, read: (view, offset) => view.getFloat32(offset, true) }],
  ["F64", { bits: 64, read: (view, offset) => view.getFloat64(offset, true) }],
  ["F16", { bits: 16, read: (view, offset) => small(view.getUint16(offset, true), 5, 10, 15, "ieee") }],
  [
    "BF16",
    {
      bits: 16,
      read(view, offset) {
        word.setUint32(0, view.getUint16(offset, true) << 16);
        return word.getFloat32(0);
      },
    },
  ],
  ["F8_E5M2", { bits: 8, read: (view, offset) => small(view.getUint8(offset), 5, 2, 15, "ieee") }],
  ["F8_E4M3", { bits: 8, read: (view, offset) => small(view.getUint8(offset), 4, 3, 7, "fn") }],
  ["F8_E5M2FNUZ", { bits: 8, read: (view, offset) => small(view.getUint8(offset), 5, 2, 16, "fnuz") }],
  ["F8_E4M3FNUZ", { bits: 8, read: (view, offset) => small(view.getUint8(offset), 4, 3, 8, "fnuz") }],
  [
    "F8_E8M0",
    {
      bits: 8,
      read: (view, offset) => (view.getUint8(offset) === 255 ? Number.NaN : 2 ** (view.getUint8(offset) - 127)),
    },
  ],
  ["BOOL", { bits: 8, read: (view, offset) => Number(view.getUint8(offset) !== 0) }],
  ["U8", { bits: 8, read: (view, offset) => view.getUint8(offset) }],
  ["I8", { bits: 8, read: (view, offset) => view.getInt8(offset) }],
  ["U16", { bits: 16, read: (view, offset) => view.getUint16(offset, true) }],
  ["I16", { bits: 16, read: (view, offset) => view.getInt16(offset, true) }],
  ["U32", { bits: 32, read: (view, offset) => view.getUint32(offset, true) }],
  ["I32", { bits: 32, read: (view, offset) => view.getInt32(offset, true) }],
  ["U64", { bits: 64, read: (view, offset) => Number(view.getBigUint64(offset, true)) }],
  ["I64", { bits: 64, read: (view, offset) => Number(view.getBigInt64(offset, true)) }],
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

/** How many bytes a number takes, and how it becomes a float32. */
interface Dtype {
  bytes: number;
  read(view: DataView, offset: number): number;
}

const word = new DataView(new ArrayBuffer(4));

/** The dtypes of weights, by their names in the safetensors format. */
export const DTYPES: Readonly<Record<string, Dtype>> = {
  F32: { bytes: 4, read: (view, offset) => view.getFloat32(offset, true) },
  F64: { bytes: 8, read: (view, offset) => view.getFloat64(offset, true) },
  F16: { bytes: 2, read: (view, offset) => half(view.getUint16(offset, true)) },
  BF16: {
    bytes: 2,
    read(view, offset) {
      word.setUint32(0, view.getUint16(offset, true) << 16);
      return word.getFloat32(0);
    },
  },
};

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

import { show, UserError } from "../support/user-error.js";

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

/** The name in a header that isn't a tensor's. */
export const METADATA = "__metadata__";
const WORD_LIMIT = 2n ** 64n;

/** Where a tensor's values lie, in bytes from the first of them. */
interface Place {
  dtype: string;
  shape: number[];
  from: number;
  to: number;
}

/**
 * Reads a header, and checks it as the reference implementation does: every tensor of a known dtype, with as many bytes
 * as its shape says, one tensor after the other without a gap or an overlap. Keys of a tensor that aren't known are
 * left aside, as there.
 *
 * @param what how the file is called in errors
 * @returns `places` of the tensors and the texts in `metadata`, by name
 * @throws UserError
 */
export function readHeader(bytes: Uint8Array, what: string) {
  const header = parsed(bytes, what);
  const metadata = header.entries.filter(([name]) => name === METADATA);
  if (metadata.length > 1) throw new UserError(`${what}: ${METADATA} is there twice, expected once`);
  const places = new Map<string, Place>();
  for (const [name, value] of header.entries)
    if (name !== METADATA) places.set(name, placeOf(value, `${what}: tensor ${name}`));
  let end = 0;
  for (const [name, { from, to }] of [...places].sort(([, a], [, b]) => a.from - b.from || a.to - b.to)) {
    if (from !== end) unsound(what, `tensor ${name} starts at byte ${from} of the values, expected ${end}`);
    end = to;
  }
  return { places, metadata: textsOf(metadata[0]?.[1] ?? null, `${what}: ${METADATA}`) };
}

/** @throws UserError always */
export function unsound(what: string, why: string): never {
  throw new UserError(`${what} is not a sound safetensors file: ${why}`);
}

function parsed(bytes: Uint8Array, what: string): Entries {
  let value: Json;
  try {
    value = parseHeader(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    if (error instanceof RangeError) return unsound(what, "its header is nested too deeply");
    return unsound(what, `its header is not JSON (${(error as Error).message.replace(/\s+/g, " ")})`);
  }
  return value instanceof Entries ? value : unsound(what, "its header is no object, expected tensors by name");
}

const FIELDS = ["dtype", "shape", "data_offsets"] as const;

function placeOf(value: Json, what: string): Place {
  const fields = fieldsOf(value, what);
  const dtype = dtypeOf(fields.dtype, what);
  const shape = wholes(fields.shape, `${what}.shape`);
  const offsets = wholes(fields.data_offsets, `${what}.data_offsets`);
  const [from, to] = offsets as [bigint, bigint];
  if (offsets.length !== 2) throw new UserError(`${what}.data_offsets has ${offsets.length} numbers, expected 2`);
  // the sizes alone first, as in the reference implementation: a 0 behind them doesn't undo an overflow
  let count = 1n;
  for (const size of shape) {
    count *= size;
    if (count >= WORD_LIMIT)
      throw new UserError(`${what} has more values than can be: its shape is [${shape.join(", ")}]`);
  }
  const bits = BigInt(DTYPES.get(dtype)!.bits) * count;
  if (bits >= WORD_LIMIT || bits % 8n !== 0n || to - from !== bits / 8n)
    throw new UserError(
      `${what} has ${to - from} bytes, expected ${Number(bits) / 8} for ${dtype} [${shape.join(", ")}]`,
    );
  return { dtype, shape: shape.map(Number), from: Number(from), to: Number(to) };
}

/** As an object, or as the list of its values, which the reference implementation reads too. */
function fieldsOf(value: Json, what: string): Record<(typeof FIELDS)[number], Json> {
  const pairs =
    value instanceof Entries
      ? value.entries
      : Array.isArray(value) && value.length === FIELDS.length
        ? value.map((item, i) => [FIELDS[i]!, item] as const)
        : undefined;
  if (!pairs) throw new UserError(`${what} is ${told(value)}, expected { ${FIELDS.join(", ")} }`);
  const [dtype, shape, data_offsets] = FIELDS.map((field) => {
    const given = pairs.filter(([name]) => name === field);
    if (given.length !== 1)
      throw new UserError(`${what}.${field} is ${given.length ? "there twice" : "missing"}, expected once`);
    return given[0]![1];
  });
  return { dtype: dtype!, shape: shape!, data_offsets: data_offsets! };
}

function dtypeOf(value: Json, what: string): string {
  // { "F32": null }: how the reference implementation's library may write a name
  const named = value instanceof Entries && value.entries.length === 1 && value.entries[0]![1] === null;
  const name = named ? value.entries[0]![0] : value;
  if (typeof name === "string" && DTYPES.has(name)) return name;
  throw new UserError(`${what} is of dtype ${told(name)}, expected one of ${[...DTYPES.keys()].join(", ")}`);
}

function wholes(value: Json, what: string): bigint[] {
  if (!Array.isArray(value)) throw new UserError(`${what} is ${told(value)}, expected an array of whole numbers`);
  return value.map((item, i) => {
    if (typeof item === "bigint") return item;
    throw new UserError(`${what}[${i}] is ${told(item)}, expected a whole number of at least 0`);
  });
}

function textsOf(value: Json, what: string): Map<string, string> {
  if (value === null) return new Map();
  if (!(value instanceof Entries)) throw new UserError(`${what} is ${told(value)}, expected texts by name`);
  const odd = value.entries.find(([, text]) => typeof text !== "string");
  if (odd) throw new UserError(`${what}.${odd[0]} is ${told(odd[1])}, expected string`);
  return new Map(value.entries as [string, string][]);
}

function told(value: Json): string {
  return value instanceof Entries ? "an object" : typeof value === "bigint" ? String(value) : show(value);
}

/**
 * An object of JSON as it stands in a text: with every entry, also of names that come twice or that JavaScript's
 * objects have.
 */
class Entries {
  constructor(readonly entries: [name: string, value: Json][]) {}
}

/** A value of JSON; whole numbers of up to 64 bits that are written as such are bigints, all others numbers. */
type Json = null | boolean | string | number | bigint | Json[] | Entries;

/** How deep values may lie in each other, as in the reference implementation's parser. */
const DEEPEST = 127;
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g;

/**
 * Parses JSON as strictly as the reference implementation of safetensors does: 1.0 is no whole number, a half of a
 * surrogate pair no text.
 *
 * @throws SyntaxError
 */
function parseHeader(text: string): Json {
  // what isn't JSON at all is told by JavaScript's own parser, so that the tokens below can be trusted
  JSON.parse(text);
  const tokens = text.match(TOKEN)!;
  let at = 0;
  const string = (token: string): string => {
    const value: string = JSON.parse(token);
    if (/\p{Surrogate}/u.test(value)) throw new SyntaxError(`${token} holds a half of a surrogate pair`);
    return value;
  };
  const items = <T>(end: string, item: () => T): T[] => {
    const found: T[] = [];
    while (tokens[at] !== end) {
      if (tokens[at] === ",") at++;
      found.push(item());
    }
    at++;
    return found;
  };
  const value = (depth: number): Json => {
    const token = tokens[at++]!;
    if ((token === "{" || token === "[") && depth === DEEPEST)
      throw new SyntaxError(`it is nested deeper than ${DEEPEST} levels`);
    if (token === "[") return items("]", () => value(depth + 1));
    if (token === "{")
      return new Entries(
        items("}", () => {
          const name = string(tokens[at]!);
          at += 2;
          return [name, value(depth + 1)];
        }),
      );
    if (token.startsWith('"')) return string(token);
    if (!/^[-\d]/.test(token)) return JSON.parse(token);
    if (/^\d+$/.test(token) && BigInt(token) < WORD_LIMIT) return BigInt(token);
    if (!Number.isFinite(Number(token))) throw new SyntaxError(`${token} is too large`);
    return Number(token);
  };
  return value(0);
}

import { show, UserError } from "../support/user-error.js";
import { DTYPES, METADATA, readHeader, unsound } from "./safetensors-header.js";

/** The reference implementation's limit, so that a damaged length can't ask for all memory. */
const LONGEST_HEADER = 100_000_000;
const LENGTH_BYTES = 8;

/** A weight outside of TensorFlow: its values in row-major order. */
export interface StateTensor {
  shape: number[];
  data: Float32Array;
}

/** A model's weights by name, as PyTorch's `state_dict()` has them. */
export type StateDict = Record<string, StateTensor>;

/** Checks that something is a shape with values. @param name of the weight @throws UserError */
export function checkStateTensor(name: string, tensor: unknown): StateTensor {
  const { shape, data } = (tensor ?? {}) as Partial<StateTensor>;
  if (Array.isArray(shape) && data instanceof Float32Array) return { shape, data };
  throw new UserError(`${name} is ${show(tensor)}, expected { shape, data } with data a Float32Array`);
}

/** What a safetensors file holds. */
export interface Safetensors {
  tensors: StateDict;
  /** texts by name */
  metadata: Record<string, string>;
}

/**
 * The bytes of a safetensors file: the header's length (8 bytes, little-endian), the header as JSON, the values one
 * tensor after the other. Equal to those that the Python package writes for the same float32 tensors and at most one
 * text.
 *
 * @param tensors by name, written as float32 in the order of the names
 * @param metadata texts by name
 * @returns the whole file
 * @throws UserError when a tensor has another number of values than its shape says, or the reserved name, or a text
 *   isn't one
 */
export function encodeSafetensors(tensors: StateDict, metadata: Record<string, string> = {}): Uint8Array {
  if (typeof tensors !== "object" || tensors === null)
    throw new UserError(`tensors are ${show(tensors)}, expected tensors by name: toStateDict(model) gives them`);
  if (typeof metadata !== "object" || metadata === null)
    throw new UserError(`metadata is ${show(metadata)}, expected texts by name`);
  const texts = Object.entries(metadata).map(([name, text]) => {
    if (typeof text !== "string") throw new UserError(`metadata ${name} is ${show(text)}, expected a text`);
    return [checkText(name), checkText(text)] as const;
  });
  const header: [name: string, json: string][] = texts.length > 0 ? [[METADATA, jsonOf(texts, JSON.stringify)]] : [];
  // the reference implementation's order is that of the bytes, not of UTF-16
  const entries = Object.entries(tensors).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  let end = 0;
  for (const [name, tensor] of entries) {
    const { shape, data } = checkStateTensor(checkText(name), tensor);
    if (name === METADATA) throw new UserError(`tensor ${METADATA} has a reserved name: give it another one`);
    const count = shape.reduce((a, b) => a * b, 1);
    if (data.length !== count || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
      throw new UserError(
        `tensor ${name} has ${data.length} values, expected the ${count} of its shape [${shape.join(", ")}]`,
      );
    }
    header.push([name, JSON.stringify({ dtype: "F32", shape, data_offsets: [end, end + 4 * count] })]);
    end += 4 * count;
  }
  // not by an object, which would put names such as "10" first
  const text = Buffer.from(jsonOf(header, (json) => json));
  // spaces, so that the values start at a multiple of 8
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = Buffer.alloc(LENGTH_BYTES + padded + end, " ");
  bytes.writeBigUInt64LE(BigInt(padded), 0);
  text.copy(bytes, LENGTH_BYTES);
  let at = LENGTH_BYTES + padded;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

function jsonOf(pairs: readonly (readonly [string, string])[], written: (value: string) => string): string {
  return `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${written(value)}`).join(",")}}`;
}

/** @throws UserError for a text that UTF-8 can't hold */
function checkText(text: string): string {
  if (!/\p{Surrogate}/u.test(text)) return text;
  throw new UserError(`the text ${show(text)} holds a half of a surrogate pair: safetensors files can't keep it`);
}

/**
 * Reads the bytes of a safetensors file. Nothing of it is trusted: every tensor must have a known dtype and as many
 * bytes as its shape says, and the tensors must cover the rest of the file without a gap or an overlap. What the Python
 * package refuses is refused.
 *
 * @param bytes the whole file
 * @param what how the file is called in errors
 * @returns values of all other dtypes too as float32, whole numbers above 2^24 rounded
 * @throws UserError when the file is damaged or of another format, or a tensor of complex numbers or of fewer than 8
 *   bits each
 */
export function decodeSafetensors(bytes: Uint8Array, what = "safetensors file"): Safetensors {
  if (!(bytes instanceof Uint8Array))
    throw new UserError(`${what}: bytes are ${show(bytes)}, expected a Uint8Array: loadSafetensors(path) reads a file`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < LENGTH_BYTES) unsound(what, `it has ${bytes.length} bytes, expected at least ${LENGTH_BYTES}`);
  const length = view.getBigUint64(0, true);
  if (length > LONGEST_HEADER || LENGTH_BYTES + Number(length) > bytes.length) {
    const other = foreign(bytes, what);
    if (other) throw new UserError(other);
  }
  if (length > LONGEST_HEADER) unsound(what, `its header has ${length} bytes, expected at most ${LONGEST_HEADER}`);
  const start = LENGTH_BYTES + Number(length);
  if (start > bytes.length)
    unsound(what, `its header has ${length} bytes, the file only ${bytes.length - LENGTH_BYTES}`);
  const { places, metadata } = readHeader(bytes.subarray(LENGTH_BYTES, start), what);
  const end = [...places.values()].reduce((most, { to }) => Math.max(most, to), 0);
  if (start + end !== bytes.length)
    unsound(what, `it has ${bytes.length - start} bytes of values, its header tells of ${end}`);

  const values = [...places].map(([name, { dtype, shape, from, to }]) => {
    const { bits, read } = DTYPES.get(dtype)!;
    if (!read)
      throw new UserError(`${what}: tensor ${name} is of dtype ${dtype}, which is no float32: save it as F32, or not`);
    const [first, size] = [start + from, bits / 8];
    const data = Float32Array.from({ length: (to - from) / size }, (_, i) => read(view, first + i * size));
    return [name, { shape, data }] as const;
  });
  return { tensors: Object.fromEntries(values), metadata: Object.fromEntries(metadata) };
}

/** How files of other formats start. */
const FORMATS: readonly [start: string, kind: string][] = [
  ["504b0304", "a zip archive, as torch.save writes"],
  ["8002", "a pickle, as older versions of torch.save wrote"],
  ["8003", "a pickle"],
  ["8004", "a pickle"],
  ["8005", "a pickle"],
  ["894844460d0a1a0a", "an HDF5 file, as Keras writes"],
  ["934e554d5059", "an array of NumPy"],
  ["47475546", "a GGUF file"],
];

/**
 * What to do with weights of another format, by the first bytes of their file. A PyTorch file is a pickle, which may
 * run any code when it is opened, so none is opened here.
 *
 * @param what how the file is called
 * @returns one line; undefined for what isn't known
 */
function foreign(bytes: Uint8Array, what: string): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 8)).toString("hex");
  const kind = FORMATS.find(([known]) => start.startsWith(known))?.[1];
  if (!kind) return undefined;
  const convert = /zip|pickle/.test(kind)
    ? "convert it in Python: import torch; from safetensors.torch import save_file; " +
      `save_file(torch.load("${what}", weights_only=True), "weights.safetensors")`
    : "save its tensors by the Python package safetensors";
  return `${what} is not a safetensors file but ${kind}; ${convert}`;
}

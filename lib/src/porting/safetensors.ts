import { z } from "zod";
import { show, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { DTYPES } from "./dtypes.js";
import { checkStateTensor, type StateDict } from "./state-tensor.js";

/** The reference implementation's limit, so that a damaged length can't ask for all memory. */
const LONGEST_HEADER = 100_000_000;
const LENGTH_BYTES = 8;
const METADATA = "__metadata__";

const size = z.number().int().min(0);
const Entry = z.strictObject({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) });
const Metadata = z.looseObject({});

/** What a safetensors file holds. */
export interface Safetensors {
  tensors: StateDict;
  /** texts by name */
  metadata: Record<string, string>;
}

/**
 * The bytes of a safetensors file: the header's length (8 bytes, little-endian), the header as JSON, the values one tensor after the other.
 * Equal to those that the Python package writes for the same float32 tensors and at most one text.
 *
 * @param tensors by name, written as float32 in the order of the names
 * @param metadata texts by name
 * @returns the whole file
 * @throws UserError when a tensor has another number of values than its shape says, or the reserved name
 */
export function encodeSafetensors(tensors: StateDict, metadata: Record<string, string> = {}): Uint8Array {
  if (typeof tensors !== "object" || tensors === null)
    throw new UserError(`tensors are ${show(tensors)}, expected tensors by name: toStateDict(model) gives them`);
  // pairs: a tensor called __proto__ would be lost as a key that is assigned
  const header: [name: string, value: unknown][] = Object.keys(metadata).length > 0 ? [[METADATA, metadata]] : [];
  const entries = Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1));
  let end = 0;
  for (const [name, tensor] of entries) {
    const { shape, data } = checkStateTensor(name, tensor);
    if (name === METADATA) throw new UserError(`tensor ${METADATA} has a reserved name: give it another one`);
    const count = product(shape);
    if (data.length !== count) {
      throw new UserError(`tensor ${name} has ${data.length} values, expected the ${count} of its shape [${shape.join(", ")}]`);
    }
    header.push([name, { dtype: "F32", shape, data_offsets: [end, end + 4 * count] }]);
    end += 4 * count;
  }
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)), "utf8");
  // spaces, so that the values start at a multiple of 8
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = Buffer.alloc(LENGTH_BYTES + padded + end, " ");
  bytes.writeBigUInt64LE(BigInt(padded), 0);
  text.copy(bytes, LENGTH_BYTES);
  let at = LENGTH_BYTES + padded;
  for (const [, { data }] of entries) {
    for (const value of data) at = bytes.writeFloatLE(value, at);
  }
  return bytes;
}

/**
 * Reads the bytes of a safetensors file. Nothing of it is trusted: every tensor must have a known dtype and as many bytes as its shape says,
 * and the tensors must cover the rest of the file without a gap or an overlap.
 *
 * @param bytes the whole file
 * @param what how the file is called in errors
 * @returns values of F64, F16 and BF16 tensors too as float32
 * @throws UserError when the file is damaged, or a tensor isn't of a floating-point dtype
 */
export function decodeSafetensors(bytes: Uint8Array, what = "safetensors file"): Safetensors {
  if (!(bytes instanceof Uint8Array))
    throw new UserError(`${what}: bytes are ${show(bytes)}, expected a Uint8Array: loadSafetensors(path) reads a file`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (why: string): never => {
    throw new UserError(`${what} is not a sound safetensors file: ${why}`);
  };
  if (bytes.length < LENGTH_BYTES) fail(`it has ${bytes.length} bytes, expected at least ${LENGTH_BYTES}`);
  const length = view.getBigUint64(0, true);
  if (length > LONGEST_HEADER) fail(`its header has ${length} bytes, expected at most ${LONGEST_HEADER}`);
  const start = LENGTH_BYTES + Number(length);
  if (start > bytes.length) fail(`its header has ${length} bytes, the file only ${bytes.length - LENGTH_BYTES}`);
  const { [METADATA]: metadata = {}, ...entries } = headerOf(bytes.subarray(LENGTH_BYTES, start), fail);

  const tensors = Object.entries(entries).map(([name, value]) => {
    const { dtype, shape, data_offsets } = check(Entry, value, `${what}: tensor ${name}`);
    const [from, to] = data_offsets;
    const kind = Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype]! : undefined;
    if (!kind) {
      const known = Object.keys(DTYPES).join(", ");
      throw new UserError(
        `${what}: tensor ${name} is of dtype ${show(dtype)}, expected one of ${known}: save it as such, or not`,
      );
    }
    const count = product(shape);
    if (!Number.isSafeInteger(count * kind.bytes) || to - from !== count * kind.bytes) {
      fail(`tensor ${name} has ${to - from} bytes, expected ${count * kind.bytes} for ${dtype} [${shape.join(", ")}]`);
    }
    return { name, kind, shape, count, from, to };
  });

  let end = 0;
  for (const { name, from, to } of tensors.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) fail(`tensor ${name} starts at byte ${from} of the values, expected ${end}`);
    end = to;
  }
  if (start + end !== bytes.length) fail(`it has ${bytes.length - start} bytes of values, its header tells of ${end}`);

  const values = tensors.map(({ name, kind, shape, count, from }) => {
    const data = Float32Array.from({ length: count }, (_, i) => kind.read(view, start + from + i * kind.bytes));
    return [name, { shape, data }] as const;
  });
  return { tensors: Object.fromEntries(values), metadata: textsOf(metadata, `${what}: ${METADATA}`) };
}

/** Not by a z.record, which leaves a text called __proto__ out. */
function textsOf(metadata: unknown, what: string): Record<string, string> {
  check(Metadata, metadata, what);
  const texts = metadata as Record<string, string>;
  const odd = Object.entries(texts).find(([, text]) => typeof text !== "string");
  if (odd) throw new UserError(`${what}.${odd[0]} is ${show(odd[1])}, expected string`);
  return texts;
}

function headerOf(bytes: Uint8Array, fail: (why: string) => never): Record<string, unknown> {
  if (bytes[0] !== 0x7b) fail("its header doesn't start with {");
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    return fail(`its header is not JSON (${(error as Error).message})`);
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

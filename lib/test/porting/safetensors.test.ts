import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { decodeSafetensors, encodeSafetensors, type StateDict } from "../../src/porting/index.js";
import { UserError } from "../../src/support/user-error.js";
import { userMessage } from "../support.js";
import { sources } from "./support.js";

/** A file by hand. @param header as it is, or as JSON */
function file(header: unknown, values: Uint8Array | number[] = [], length?: bigint): Uint8Array {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = Buffer.alloc(8 + text.length + values.length);
  bytes.writeBigUInt64LE(length ?? BigInt(text.length));
  text.copy(bytes, 8);
  bytes.set(values, 8 + text.length);
  return bytes;
}

const f32 = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const entry = (from: number, to: number, shape: unknown = [(to - from) / 4], dtype: unknown = "F32") => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

test("a file is what the format says, byte by byte", () => {
  const tensors: StateDict = {
    b: { shape: [], data: Float32Array.of(-1) },
    a: { shape: [2, 1], data: Float32Array.of(0.5, 2) },
  };
  const text =
    '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}';
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8);
  assert.deepEqual(Buffer.from(encodeSafetensors(tensors, { k: "v" })), file(padded, f32(0.5, 2, -1)));
});

test("what is written is read again, whatever the names, shapes and values", () => {
  const tensor = fc.array(fc.nat(3), { maxLength: 3 }).chain((shape) => {
    const count = shape.reduce((a, b) => a * b, 1);
    return fc
      .float32Array({ minLength: count, maxLength: count, noDefaultInfinity: false, noNaN: false })
      .map((data) => ({ shape, data }));
  });
  const name = fc.string({ unit: "grapheme" }).filter((text) => text !== "__metadata__");
  const dict = fc.dictionary(name, tensor, { noNullPrototype: true });
  fc.assert(
    fc.property(dict, fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }), (tensors, metadata) => {
      assert.deepEqual(decodeSafetensors(encodeSafetensors(tensors, metadata)), { tensors, metadata });
    }),
  );
});

test("names that JavaScript's objects have keep their tensors and texts", () => {
  const names = ["__proto__", "constructor", "toString"];
  const tensors = Object.fromEntries(names.map((name, i) => [name, { shape: [1], data: Float32Array.of(i) }]));
  const texts = Object.fromEntries(names.map((name) => [name, `text of ${name}`]));
  const { tensors: read, metadata } = decodeSafetensors(encodeSafetensors(tensors, texts));
  assert.deepEqual(Object.entries(metadata), Object.entries(texts));
  assert.deepEqual(Object.entries(read).sort(), Object.entries(tensors).sort());
  assert.equal(Object.getPrototypeOf(read), Object.prototype);
});

test("dtypes of half and of double size become float32", () => {
  const bytes = [
    ...[0x00, 0x3c, 0x01, 0x00, 0x00, 0xfc, 0x01, 0x7e], // F16: 1, 2^-24, -Infinity, NaN
    ...[0x80, 0x3f, 0x49, 0xc0], // BF16: 1, -3.140625
    ...new Uint8Array(Float64Array.of(0.1).buffer),
  ];
  const header = { h: entry(0, 8, [4], "F16"), b: entry(8, 12, [2], "BF16"), d: entry(12, 20, [1], "F64") };
  const { h, b, d } = decodeSafetensors(file(header, bytes)).tensors;
  assert.deepEqual(h!.data, Float32Array.of(1, 2 ** -24, -Infinity, NaN));
  assert.deepEqual(b!.data, Float32Array.of(1, -3.140625));
  assert.deepEqual(d!.data, Float32Array.of(0.1));
});

for (const [what, bytes, expected] of [
  ["an empty file", new Uint8Array(0), /has 0 bytes, expected at least 8/],
  ["a header that is longer than the file", file({}, [], 1000n), /its header has 1000 bytes, the file only 2/],
  [
    "a header beyond all limits",
    file({}, [], 2n ** 63n),
    /header has 9223372036854775808 bytes, expected at most 100000000/,
  ],
  ["no JSON", file("{oh"), /its header is not JSON/],
  ["no object", file("[]"), /its header is no object/],
  ["no UTF-8", file("{}").map((byte, i) => (i === 9 ? 0xff : byte)), /is not JSON/],
  ["bytes behind the values", file({ a: entry(0, 4) }, [...f32(1), 0]), /has 5 bytes of values, its header tells of 4/],
  ["too few bytes", file({ a: entry(0, 8) }, f32(1)), /has 4 bytes of values, its header tells of 8/],
  [
    "a gap",
    file({ a: entry(0, 4), b: entry(8, 12) }, f32(1, 2, 3)),
    /tensor b starts at byte 8 of the values, expected 4/,
  ],
  [
    "an overlap",
    file({ a: entry(0, 8), b: entry(4, 12) }, f32(1, 2, 3)),
    /tensor b starts at byte 4 of the values, expected 8/,
  ],
  [
    "a shape of another size",
    file({ a: entry(0, 8, [3]) }, f32(1, 2)),
    /tensor a has 8 bytes, expected 12 for F32 \[3\]/,
  ],
  [
    "a shape beyond all numbers",
    file({ a: entry(0, 8, [2 ** 40, 2 ** 40]) }, f32(1, 2)),
    /has more values than can be/,
  ],
  ["offsets backwards", file({ a: entry(4, 0, [1]) }, f32(1)), /tensor a has -4 bytes/],
  [
    "a negative size",
    file({ a: entry(0, 4, [-1]) }, f32(1)),
    /tensor a\.shape\[0\] is -1, expected a whole number of at least 0/,
  ],
  [
    "complex numbers",
    file({ a: entry(0, 8, [1], "C64") }, f32(1, 2)),
    /dtype C64, which is no float32: save it as F32/,
  ],
  [
    "another dtype",
    file({ a: entry(0, 8, [1], "f64") }, f32(1, 2)),
    /dtype "f64", expected one of F32, F64, F16, BF16/,
  ],
  ["a dtype of JavaScript's", file({ a: entry(0, 4, [1], "toString") }, f32(1)), /dtype "toString", expected one of/],
  [
    "a key that comes twice",
    file('{"a":{"dtype":"F32","dtype":"F32"}}'),
    /tensor a\.dtype is there twice, expected once/,
  ],
  ["no entry", file({ a: 1 }, f32(1)), /tensor a is 1, expected \{ dtype, shape, data_offsets \}/],
  ["metadata that isn't text", file({ __metadata__: { k: 1 } }), /__metadata__\.k is 1, expected string/],
] as const) {
  test(`refused: ${what}`, () =>
    assert.match(
      userMessage(() => decodeSafetensors(bytes)),
      expected,
    ));
}

test("files of other formats are told, and how to convert them", () => {
  // torch.save's files are zip archives, and older ones pickles: neither is ever opened
  for (const [start, expected] of [
    [
      "504b0304000008080000000000000000",
      /net\.pt is not a safetensors file but a zip archive, as torch\.save writes; convert it in Python: /,
    ],
    [
      "80028a0a6cfc9c46f9206aa850192e80",
      /a pickle, as older versions of torch\.save wrote; .*torch\.load\("net\.pt", weights_only=True\)/,
    ],
    ["894844460d0a1a0a0000000000080800", /an HDF5 file, as Keras writes; save its tensors by/],
  ] as const)
    assert.match(
      userMessage(() => decodeSafetensors(Buffer.from(start, "hex"), "net.pt")),
      expected,
    );
});

interface Mutants {
  /** base64 */
  file: string;
  /** whether the Python package reads it */
  accepted: boolean;
}

test("what the Python package reads is read, what it refuses is refused: a few thousand damaged files", () => {
  const mutants: Mutants[] = JSON.parse(gunzipSync(readFileSync(join(sources, "fixtures/mutants.json.gz"))).toString());
  assert.ok(mutants.length >= 3000);
  const accepted = mutants.filter((mutant) => mutant.accepted).length;
  assert.ok(accepted > 300 && accepted < mutants.length - 300, `${accepted} of ${mutants.length} are sound`);
  for (const mutant of mutants) {
    const bytes = Buffer.from(mutant.file, "base64");
    let said: string | undefined;
    try {
      decodeSafetensors(bytes);
    } catch (error) {
      assert.ok(error instanceof UserError, `${error}`);
      said = error.message;
    }
    // numbers that are no float32 are read by none of our models
    if (said && /which is no float32/.test(said)) continue;
    assert.equal(said === undefined, mutant.accepted, `${said}: ${bytes.subarray(8).toString("latin1")}`);
  }
});

test("the bytes that the Python package writes, whatever the names", () => {
  const written: { tensors: Record<string, number[][]>; metadata: Record<string, string>; file: string }[] = JSON.parse(
    readFileSync(join(sources, "fixtures/written.json"), "utf8"),
  );
  assert.ok(written.length >= 40);
  for (const { tensors, metadata, file } of written) {
    const dict = Object.fromEntries(
      Object.entries(tensors).map(([name, [shape, values]]) => [
        name,
        { shape: shape!, data: Float32Array.from(values!) },
      ]),
    );
    assert.equal(
      Buffer.from(encodeSafetensors(dict, metadata)).toString("base64"),
      file,
      JSON.stringify(Object.keys(tensors)),
    );
  }
});

test("every dtype of at least 8 bits becomes the float32 that NumPy makes of it", () => {
  const cases: Record<string, { file: string; values: (number | string)[] }> = JSON.parse(
    readFileSync(join(sources, "fixtures/dtypes.json"), "utf8"),
  );
  assert.equal(Object.keys(cases).length, 18);
  for (const [dtype, { file, values }] of Object.entries(cases)) {
    const { data } = decodeSafetensors(Buffer.from(file, "base64")).tensors.a!;
    assert.deepEqual([...data], values.map(Number), dtype);
  }
});

test("refused: a tensor that isn't of its shape's size, or has the reserved name", () => {
  const tensor = { shape: [2], data: Float32Array.of(1) };
  assert.match(
    userMessage(() => encodeSafetensors({ a: tensor })),
    /tensor a has 1 values, expected the 2 of its shape \[2\]/,
  );
  assert.match(
    userMessage(() => encodeSafetensors({ __metadata__: tensor })),
    /reserved name/,
  );
  assert.match(
    userMessage(() => encodeSafetensors({ "a\ud800": { shape: [1], data: Float32Array.of(1) } })),
    /holds a half of a surrogate pair/,
  );
  assert.match(
    userMessage(() => encodeSafetensors({}, { k: 1 } as never)),
    /metadata k is 1, expected a text/,
  );
});

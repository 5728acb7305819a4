import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildModel } from "../../src/models/index.js";
import {
  encodeSafetensors,
  loadSafetensors,
  type StateDict,
  saveSafetensors,
  toStateDict,
} from "../../src/porting/index.js";
import { publishedModels } from "../../src/studies/index.js";
import type { Row } from "./row.js";

const gru = { kind: "gru", features: 1, hidden: 2, classes: 2 } as const;

/** Weights from elsewhere: files in the safetensors format. @param folder to make wrong files in */
export function safetensorsRows(folder: string): Row[] {
  let made = 0;
  const path = () => {
    mkdirSync(folder, { recursive: true });
    return join(folder, `w${made++}.safetensors`);
  };
  /** A sound file of a small GRU, then damaged. */
  const file = (what: string, expected: RegExp, damage: (bytes: Buffer) => Uint8Array | string): Row => ({
    what: `a safetensors file ${what}`,
    run: () => {
      const at = path();
      saveSafetensors(at, buildModel(gru, 1));
      writeFileSync(at, damage(readFileSync(at)));
      return loadSafetensors(at);
    },
    expected,
  });
  /** A file of other tensors or another config. */
  const holding = (
    what: string,
    expected: RegExp,
    {
      config = JSON.stringify(gru),
      tensors = (all) => all,
    }: { config?: string; tensors?: (all: StateDict) => StateDict },
    into?: typeof gru | typeof publishedModels.mlp,
  ): Row => ({
    what: `a safetensors file ${what}`,
    run: () => {
      const at = path();
      const all = tensors(toStateDict(buildModel(gru, 1)));
      writeFileSync(at, encodeSafetensors(all, { "dms-ntm.config": config }));
      return loadSafetensors(at, into && buildModel(into, 0));
    },
    expected,
  });
  /** The text of the header changed for one as long. */
  const header = (from: string, to: string) => (bytes: Buffer) => {
    const changed = bytes.toString("latin1").replace(from, to.padEnd(from.length));
    if (!bytes.includes(from)) throw new Error(`nothing to damage: ${from}`);
    return Buffer.from(changed, "latin1");
  };
  const changed = (change: (data: Float32Array) => Float32Array) => (all: StateDict) => {
    const { shape, data } = all["gru.bias_hh_l0"]!;
    return { ...all, "gru.bias_hh_l0": { shape, data: change(data) } };
  };
  return [
    {
      what: "a safetensors file that isn't there",
      run: () => loadSafetensors(join(folder, "none.safetensors")),
      expected: /none\.safetensors can't be read: ENOENT/,
    },
    {
      what: "a safetensors file that is a folder",
      run: () => {
        mkdirSync(folder, { recursive: true });
        return loadSafetensors(folder);
      },
      expected: /can't be read: EISDIR/,
    },
    {
      what: "a safetensors file without a name",
      run: () => loadSafetensors(undefined as never),
      expected: /path is undefined, expected that of a file/,
    },
    file("that is empty", /is not a sound safetensors file: it has 0 bytes, expected at least 8/, () => ""),
    file("cut off in its values", /has \d+ bytes of values, its header tells of \d+/, (bytes) => bytes.subarray(0, -5)),
    file("cut off in its header", /its header has \d+ bytes, the file only 92/, (bytes) => bytes.subarray(0, 100)),
    // torch.save's files are zip archives, and older ones pickles: neither is ever opened
    file(
      "that PyTorch pickled",
      /is not a safetensors file but a pickle, as older versions of torch\.save wrote; convert it/,
      () => Buffer.from("80028a0a6cfc9c46f9206aa850192e80024de9032e", "hex"),
    ),
    file(
      "that is a zip archive",
      /is not a safetensors file but a zip archive, as torch\.save writes; convert it in Python/,
      () => Buffer.from("504b0304000008080000000000000000000000000000", "hex"),
    ),
    file("with another dtype", /dtype "G32", expected one of F32, F64, F16, BF16/, header('"F32"', '"G32"')),
    file("with __proto__ for a dtype", /dtype "__proto__", expected one of/, (bytes) => {
      const text = JSON.stringify({ a: { dtype: "__proto__", shape: [1], data_offsets: [0, 4] } });
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(text.length));
      return Buffer.concat([length, Buffer.from(text), bytes.subarray(-4)]);
    }),
    file("whose tensors overlap", /starts at byte \d+ of the values, expected \d+/, (bytes) => {
      const text = JSON.stringify({
        a: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
        b: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
      });
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(text.length));
      return Buffer.concat([length, Buffer.from(text), bytes.subarray(-8)]);
    }),
    holding("with NaN", /gru\.bias_hh_l0 has NaN as its value 1, expected finite numbers/, {
      tensors: changed((data) => data.map((value, i) => (i === 1 ? Number.NaN : value))),
    }),
    holding("with infinity", /gru\.bias_hh_l0 has -Infinity as its value 0, expected finite numbers/, {
      tensors: changed((data) => data.map((value, i) => (i === 0 ? -1 / 0 : value))),
    }),
    holding("that lacks a tensor", /the state_dict lacks gru\.bias_hh_l0: give `rename`/, {
      tensors: ({ "gru.bias_hh_l0": _, ...rest }) => rest,
    }),
    holding("with a tensor more", /the state_dict has extra, which model gru hasn't/, {
      tensors: (all) => ({ ...all, extra: { shape: [1], data: Float32Array.of(1) } }),
    }),
    holding("with a tensor called __proto__", /the state_dict has __proto__, which model gru hasn't/, {
      tensors: (all) =>
        Object.defineProperty({ ...all }, "__proto__", {
          enumerable: true,
          value: { shape: [0], data: new Float32Array() },
        }),
    }),
    holding(
      "of another model",
      /the state_dict lacks 0\.weight, .* and has gru\.bias_hh_l0, .*which model mlp hasn't/,
      {},
      publishedModels.mlp,
    ),
    holding("of another size", /gru\.weight_ih_l0 has the shape \[6, 1\], expected \[12, 1\] as in model gru/, {}, {
      ...gru,
      hidden: 4,
    } as never),
    holding("of a config that is cut off", /dms-ntm\.config is not JSON: give a model/, { config: '{"kind":' }),
    holding("of an older version, whose config lacks a key", /model config\.classes is missing, expected number/, {
      config: JSON.stringify({ ...gru, classes: undefined }),
    }),
    holding("of an older version, whose config has a key that is gone", /model config has the unknown key units/, {
      config: JSON.stringify({ ...gru, units: 2 }),
    }),
    holding("of a later version, whose model is unknown", /model config\.kind is "mamba", expected/, {
      config: JSON.stringify({ ...gru, kind: "mamba" }),
    }),
    holding("whose config has __proto__", /model config has the unknown key __proto__/, {
      config: `{"__proto__":{"polluted":1},${JSON.stringify(gru).slice(1)}`,
    }),
    {
      what: "a model of one's own saved as safetensors",
      run: () => saveSafetensors(path(), null as never),
      expected: /model is null, expected a tf\.LayersModel/,
    },
    {
      what: "weights written where there is no folder to be made",
      run: () => saveSafetensors(join(path(), "..", "w0.safetensors", "x.safetensors"), buildModel(gru, 1)),
      expected: /can't be written/,
    },
  ];
}

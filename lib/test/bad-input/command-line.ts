import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../src/cli/program.js";
import { ensureMnist1d } from "../../src/dataset/index.js";
import { experimentData } from "../../src/studies/index.js";
import { RecordStore } from "../../src/study/index.js";
import { sealed } from "../../src/study/record.js";
import { plan } from "../study/configs.js";
import { madeUp, whole } from "../study/records.js";
import { optionRows } from "./options.js";
import type { Ended, Row } from "./row.js";

const MAIN = join(__dirname, "../../src/cli/main.js");
const ROOT = join(__dirname, "../../../..");

type Environment = Record<string, string>;

/** The command as its user starts it. */
function spawned(args: readonly string[], env: Environment, cwd = ROOT, first: readonly string[] = []): Promise<Ended> {
  const options = { cwd, env: { ...process.env, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, ["--no-deprecation", ...first, MAIN, ...args], options, (error, _, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, stderr }),
    );
  });
}

/** The same in this process, which doesn't have to load TensorFlow again. */
async function here(args: readonly string[], env: Environment): Promise<Ended> {
  const [error, write, before] = [console.error, process.stderr.write, { ...process.env }];
  let stderr = "";
  console.error = (line: string) => {
    stderr += `${line}\n`;
  };
  process.stderr.write = ((text: string) => {
    stderr += text;
    return true;
  }) as typeof write;
  Object.assign(process.env, env);
  try {
    return { status: await run(args), stderr };
  } finally {
    console.error = error;
    process.stderr.write = write;
    process.env = before;
  }
}

/**
 * Commands run as processes, which don't disturb each other, and commands run in this process.
 *
 * @param folder to make wrong files in
 */
export function commandLineRows(folder: string): { processes: Row[]; commands: Row[] } {
  const smoke = { DMS_NTM_STUDY: "smoke", DMS_NTM_OUT: join(folder, "out") };
  const row = (text: string, expected: RegExp, env: Environment = {}): Row => ({
    what: `dms-ntm ${text}${Object.entries(env).map(([name, value]) => ` ${name}=${value}`)}`,
    run: () =>
      here(
        text.split(" ").map((word) => (word === '""' ? "" : word)),
        { ...smoke, ...env },
      ),
    expected,
  });
  const started = (text: string, expected: RegExp, env: Environment = {}): Row => ({
    what: `dms-ntm ${text}${Object.entries(env).map(([name, value]) => ` ${name}=${value}`)}, as a process`,
    run: () => spawned(text.split(" "), { ...smoke, ...env }),
    expected,
  });
  const file = join(folder, "a-file");
  const broken = join(folder, "broken");
  const bare = join(folder, "bare");
  mkdirSync(broken, { recursive: true });
  writeFileSync(file, "");
  // a data set and a record that somebody has damaged
  const damage = (name: string, bytes: string | Buffer): Environment => {
    const out = join(folder, name);
    ensureMnist1d(join(out, "data"), experimentData);
    writeFileSync(join(out, "data", "mnist1d-4000-seed42.parquet"), bytes);
    return { DMS_NTM_OUT: out };
  };
  const record = (name: string, change: (text: string) => string): Environment => {
    const out = join(folder, name);
    const store = new RecordStore(join(out, "data", "runs"));
    const [spec] = plan("smoke", 1);
    const path = store.where(spec!);
    mkdirSync(join(path, ".."), { recursive: true });
    const made = whole({ ...madeUp("mlp", 0), protocol: "smoke", config: spec!.config });
    writeFileSync(path, change(JSON.stringify(sealed(made))));
    return { DMS_NTM_OUT: out };
  };
  writeFileSync(join(broken, "package.json"), '{ "name": ');
  writeFileSync(
    `${bare}.cjs`,
    'require("node:module")._load = ((load) => (name, ...rest) => { if (name === "@tensorflow/tfjs-node") throw new Error("no such file\\nat all"); return load(name, ...rest); })(require("node:module")._load);',
  );

  const processes = [
    started("study --seeds 0", /seeds.*'0' is invalid.*expected a whole number of at least 1/),
    started("study --seeds abc", /'abc' is invalid.*expected a whole number/),
    started("study --workers -1", /'-1' is invalid.*expected a whole number/),
    started("study --models gru,xyz", /model is "xyz", expected one of mlp, gru, ntm, dms/),
    started("study --epochs -5", /unknown option '--epochs'/),
    started("study", /DMS_NTM_STUDY is "nonsense", expected one of published/, { DMS_NTM_STUDY: "nonsense" }),
    started("study", /DMS_NTM_SEEDS is "abc", expected a whole number from 1 to 1000/, { DMS_NTM_SEEDS: "abc" }),
    started("results", /DMS_NTM_SEEDS is "-1", expected a whole number/, {
      DMS_NTM_SEEDS: "-1",
      DMS_NTM_STUDY: "sound",
    }),
    started("data", /a-file.* can't be written/, { DMS_NTM_OUT: file }),
    started("study constructor", /study is "constructor", expected one of .*range, .* or a part of one/),
    started("fly", /unknown command 'fly'/),
    started("help fly", /unknown command 'fly'/),
    started("records help fly", /unknown command 'fly'/),
    started("records merge /dev/null", /\/dev\/null holds no records, expected a folder of runs/),
    started(
      "data",
      /\.parquet has the SHA-256 .*delete it, and it is made anew/,
      damage("pickle", Buffer.from("80049503", "hex")),
    ),
    started(
      "study",
      /mlp-seed0\.json.* can't be read.*delete it/,
      record("cut", (text) => text.slice(0, 300)),
    ),
    {
      what: "dms-ntm without a TensorFlow runtime",
      run: () => spawned(["data"], smoke, ROOT, ["--require", `${bare}.cjs`]),
      expected: /^dms-ntm: tfjs-node can't be loaded.*make repair/,
    },
    {
      what: "a package.json above that is damaged, which is none of ours",
      run: () => spawned(["study", "--models", "xyz"], smoke, broken),
      expected: /model is "xyz", expected one of mlp/,
    },
  ];
  const commands = [
    row("study __proto__", /study is "__proto__", expected one of/),
    row("study ../../etc", /study is "\.\.\/\.\.\/etc", expected one of/),
    row("study --models constructor", /model is "constructor", expected one of mlp/),
    row('study --models ""', /models is empty, expected some of mlp/),
    row("study --models ,", /models is empty, expected some of mlp/),
    row("study sound --models toString", /model is "toString", expected one of mlp/),
    row("study --seeds 1.5", /'1.5' is invalid/),
    row("study --seeds 100000000000", /seeds is 100000000000, expected a whole number from 1 to 1000/),
    row("study --seeds", /argument missing/),
    row("study sound everything", /too many arguments/),
    row("study --model gru", /unknown option '--model'/),
    row("study range --models __proto__", /model is "__proto__", expected one of /),
    row('study ""', /study is "", expected one of published/),
    row("study range-copy --seeds 5000", /seeds is 5000, expected a whole number from 1 to 1000/),
    row("study range --workers many", /'many' is invalid/),
    row("weights --models hasOwnProperty", /model is "hasOwnProperty", expected one of/),
    row("study", /DMS_NTM_STUDY is "__proto__", expected one of/, { DMS_NTM_STUDY: "__proto__" }),
    row("study", /DMS_NTM_SEEDS is "-1", expected/, { DMS_NTM_SEEDS: "-1", DMS_NTM_STUDY: "accuracy" }),
    row("study", /DMS_NTM_SEEDS is "1e9", expected/, { DMS_NTM_SEEDS: "1e9" }),
    row("study sound", /DMS_NTM_FRESH is "maybe", expected 1/, { DMS_NTM_FRESH: "maybe" }),
    row("results", /there are no runs of smoke yet: `dms-ntm study smoke` makes them/),
    row("reference", /4 of 4 runs are missing: run `make study` first/),
    row("reference range", /has made no run of range: run `make study STUDY=range` first/),
    row(
      "study",
      /mlp-seed0\.json.* can't be read.*delete it/,
      record("empty", () => ""),
    ),
    row(
      "study",
      /format is 2, expected 1.*delete it/,
      record("newer", (text) => text.replace('"format":1', '"format":2')),
    ),
    row(
      "study",
      /made with another config/,
      record("foreign", (text) => {
        const { sha256: _, ...made } = JSON.parse(text.replace('"batchSize":64', '"batchSize":32'));
        return JSON.stringify(sealed(made));
      }),
    ),
    row(
      "study",
      /has the unknown key __proto__.*delete it/,
      record("proto", (text) => `{"__proto__":{"polluted":1},${text.slice(1)}`),
    ),
    row(
      "study",
      /result\.testAccuracy is 0\.9, .*640 of 800.*delete it/,
      record("edited", (text) => text.replace('"result":{"testAccuracy":0.8', '"result":{"testAccuracy":0.9')),
    ),
    row(
      "study",
      /its sha256 doesn't fit what it says: it was edited or damaged: delete it/,
      record("nudged", (text) => text.replace(/"trainLoss":[\d.]+/, '"trainLoss":0.001')),
    ),
    row("data", /\.parquet has the SHA-256 .*delete it/, damage("emptied", "")),
    ...optionRows((args) => here(args, smoke), join(folder, "options")),
  ];
  return { processes, commands };
}

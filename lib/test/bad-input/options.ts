import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { protocolConfig } from "../study/configs.js";

import type { Ended, Row } from "./row.js";

/**
 * Options and arguments of each command, one by one.
 *
 * @param here does a command in this process
 * @param folder to make wrong files in; not the one that is looked at for files that a command wrote
 */
export function optionRows(here: (args: readonly string[]) => Promise<Ended>, folder: string): Row[] {
  mkdirSync(folder, { recursive: true });
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const row = (args: readonly string[], expected: RegExp): Row => ({
    what: `dms-ntm ${args.map((arg) => (/^[\w.,/-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(" ")}`.replaceAll(
      folder,
      "<folder>",
    ),
    run: () => here(args),
    expected,
  });
  /** With --json stdout is for the one value: of a mistake there is none. */
  const json = (args: readonly string[], expected: RegExp): Row => {
    const of = row([...args, "--json"], expected);
    return {
      ...of,
      run: async () => {
        const log = console.log;
        let stdout = "";
        console.log = (...values: unknown[]) => {
          stdout += `stdout: ${values.join(" ")}\n`;
        };
        try {
          const { status, stderr } = await here([...args, "--json"]);
          return { status, stderr: stdout + stderr };
        } finally {
          console.log = log;
        }
      },
    };
  };
  const config = protocolConfig("smoke", "mlp");
  const seed = /--seed.*' ?[^']*' is invalid.*expected a whole number from 0 to 4294967295/;
  return [
    ...[" ", "", "0x10", "1e3", "-1", "1.5", "4294967296", "+1", "seven"].map((text) =>
      row(["run", "mlp", `--seed=${text}`], seed),
    ),
    ...["0x2", " ", "1e1", "-3", "9007199254740993"].map((text) =>
      row(["study", `--seeds=${text}`], /--seeds.*is invalid.*expected a whole number of at least 1/),
    ),
    row(["study", "--workers=0x1"], /--workers.*is invalid.*expected a whole number of at least 1/),
    row(["run"], /no model is given: name one of mlp, gru, ntm, dms/),
    row(["run", "xyz"], /model is "xyz", expected one of mlp, gru, ntm, dms/),
    row(["run", "__proto__"], /model is "__proto__", expected one of mlp/),
    row(["run", "mlp", "gru"], /too many arguments/),
    row(["run", "mlp", "--epochs", "-5"], /unknown option '--epochs'/),
    row(["run", "mlp", "--study", "nonsense"], /study is "nonsense", expected one of/),
    row(
      ["run", "mlp", "--config", file("good.json", "{}")],
      /both a model \(mlp\) and --config are given: leave one out/,
    ),
    row(["run", "--config", join(folder, "none.json")], /none\.json is missing: --config wants a JSON file/),
    row(["run", "--config", folder], /is no file: --config wants a JSON file/),
    row(["run", "--config", file("empty.json", "")], /empty\.json can't be read \(.*\): --config wants a JSON file/),
    row(["run", "--config", file("list.json", "[]")], /list\.json is \[\], expected object/),
    row(
      ["run", "--config", file("proto.json", `{"__proto__":{"polluted":1},${JSON.stringify(config).slice(1)}`)],
      /proto\.json has the unknown key __proto__/,
    ),
    row(
      [
        "run",
        "--config",
        file("negative.json", JSON.stringify({ ...config, training: { ...config.training, epochs: -5 } })),
      ],
      /negative\.json\.training\.epochs is -5, expected at least 1/,
    ),
    row(
      ["run", "--config", file("deep.json", `{"data":${"[".repeat(1e5)}${"]".repeat(1e5)}}`)],
      /deep\.json\.data is .*, expected object|nested too deeply/,
    ),
    row(
      ["run", "--config", file("fine.json", JSON.stringify(config)), "--name", "../../x"],
      /run name is "\.\.\/\.\.\/x", expected lower-case letters/,
    ),
    row(
      ["run", "--config", file("Bad Name.json", JSON.stringify(config))],
      /Bad Name.json would give its name to the run, .* give one by --name/,
    ),
    row(
      ["run", "--config", file("other.json", JSON.stringify(config)), "--study", "published"],
      /study is "published", which has configs of its own: leave it out/,
    ),
    row(["figures", "--only", ""], /figures is empty, expected some of loss_comparison/),
    row(["figures", "--only", ","], /figures is empty, expected some of/),
    row(["figures", "--only", "loss_comparison,cube"], /figure is "cube", expected one of loss_comparison/),
    row(["figures", "--only", "../../etc/passwd"], /figure is "\.\.\/\.\.\/etc\/passwd", expected one of/),
    row(["figures", "--only", "constructor"], /figure is "constructor", expected one of/),
    row(["figures", "loss_comparison"], /too many arguments/),
    row(["bench", "fly"], /benchmark is "fly", expected one of mnist1d, steps/),
    row(["bench", "__proto__"], /benchmark is "__proto__", expected one of/),
    row(["bench", "../cli/main"], /benchmark is "\.\.\/cli\/main", expected one of/),
    row(["bench", "steps", "abc"], /bench steps: rounds is "abc", expected a whole number of at least 1/),
    row(["bench", "steps", "0"], /bench steps: rounds is 0, expected a whole number of at least 1/),
    row(["bench", "mnist1d", "5000", "0x9"], /bench mnist1d: rounds is "0x9", expected a whole number/),
    row(["bench", "soak", "1e9"], /bench soak: steps is "1e9", expected a whole number/),
    row(["bench", "batches", "gru,lstn"], /model is "lstn", expected one of mlp, gru, ntm, dms/),
    row(["bench", "lengths", "ntm", "fast"], /bench lengths: way is "fast", expected one of eager, graph, xla/),
    row(["bench", "steps", "3", "4"], /model is "4", expected one of mlp, gru, ntm, dms, lstm-ntm/),
    row(["check", "--models", "xyz"], /model is "xyz", expected one of mlp/),
    row(["check", "--models", ""], /models is empty, expected some of mlp/),
    row(["check", "--seeds", "0"], /--seeds.*'0' is invalid/),
    row(["check", "__proto__"], /study is "__proto__", expected one of/),
    row(["results", "--json=yes"], /option '--json' does not take|unknown option/),
    json(["study", "--models", "xyz"], /^dms-ntm: model is "xyz", expected one of mlp/),
    json(["results"], /^dms-ntm: there are no runs of smoke yet: `dms-ntm study smoke` makes them/),
    json(["run", "mlp", "--seed", "-1"], /^dms-ntm: .*--seed.*'-1' is invalid/),
    json(["figures", "--only", "cube"], /^dms-ntm: figure is "cube", expected one of/),
    json(["bench", "fly"], /^dms-ntm: benchmark is "fly", expected one of/),
    json(["check", "--models", "xyz"], /^dms-ntm: model is "xyz", expected one of mlp/),
  ];
}

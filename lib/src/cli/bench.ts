import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { Mnist1dConfig } from "../dataset/config.js";
import { publishedModels } from "../studies/published.js";
import { project } from "../support/folders.js";
import { checkNames, checkWhole, show, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { type Report, reporting } from "./report.js";

type Argument = [name: string, check: (name: string, text: string) => void];

const number = (name: string): Argument => [
  name,
  (what, text) => void checkWhole(what, /^\d+$/.test(text) ? Number(text) : (text as never)),
];
/** Of a data set: its config says which. */
const samples: Argument = [
  "samples",
  (_, text) => void check(Mnist1dConfig, { samples: /^\d+$/.test(text) ? Number(text) : text }, "bench mnist1d: data"),
];
const models = (name: string): Argument => [
  name,
  (_, text) => checkNames("model", text.split(","), Object.keys(publishedModels)),
];
/** What `bench/steps.mjs` measures: the published models, and an NTM with an LSTM controller. */
const steps = (name: string): Argument => [
  name,
  (_, text) => checkNames("model", text.split(","), [...Object.keys(publishedModels), "lstm-ntm"]),
];
const WAYS = ["eager", "graph", "xla", "xla-several", "jax", "jax-several", "torch", "torch-compile"];

/** The scripts of bench/, in the order in which they are run, their arguments, and what Node needs for them. */
const BENCHES: Readonly<Record<string, { what: string; takes: Argument[]; flags?: string[] }>> = {
  mnist1d: { what: "making the data set, beside the PyPI package", takes: [samples, number("rounds")] },
  steps: {
    what: "training steps: eager, captured, JAX, PyTorch",
    takes: [number("rounds"), steps("models"), ["file", () => undefined]],
  },
  varying: {
    what: "training on sequences of varying lengths, beside padded ones",
    takes: [number("rounds"), ["model", () => undefined], number("calls")],
  },
  memories: { what: "training steps of the memories of the study long", takes: [number("rounds")] },
  lengths: {
    what: "steps by the length of the sequences",
    takes: [
      ["model", (_, text) => checkNames("model", [text], Object.keys(publishedModels))],
      ["way", (name, text) => checkNames(name, [text], WAYS)],
    ],
  },
  batches: { what: "steps by the size of the batch", takes: [models("models"), number("rounds")] },
  records: { what: "finding, comparing and drawing many records", takes: [number("records")] },
  soak: { what: "memory over many steps", takes: [number("steps")], flags: ["--expose-gc"] },
};

/** Adds the command that measures. */
export function addBench(program: Command): void {
  const known = Object.entries(BENCHES).map(([name, { what }]) => `  ${name.padEnd(8)} ${what}`);
  const command = program
    .command("bench")
    .description("measure: one of the repository's benchmarks, or all of them")
    .argument("[name]", `one of ${Object.keys(BENCHES).join(", ")} (default: all)`)
    .argument("[arguments...]", "of its own, e.g. the number of rounds; see the first lines of bench/<name>.mjs")
    .addHelpText("after", `\nBenchmarks:\n${known.join("\n")}`);
  reporting(command, (report, _, name, ...rest) => measure(report, name, rest.flat()));
}

async function measure(report: Report, chosen: string | undefined, args: string[]): Promise<void> {
  if (chosen !== undefined && !Object.hasOwn(BENCHES, chosen)) {
    throw new UserError(`benchmark is ${show(chosen)}, expected one of ${Object.keys(BENCHES).join(", ")}`);
  }
  if (chosen !== undefined) checkArguments(chosen, args);
  const folder = join(project().root, "bench");
  const benches: { name: string; seconds: number; output: string }[] = [];
  for (const name of chosen === undefined ? Object.keys(BENCHES) : [chosen]) {
    const script = join(folder, `${name}.mjs`);
    if (!existsSync(script))
      throw new UserError(`${script} is missing: benchmarks come with the repository, not with the package`);
    const start = performance.now();
    const output = await outputOf(report, script, [...(BENCHES[name]!.flags ?? []), script, ...args]);
    benches.push({ name, seconds: (performance.now() - start) / 1000, output });
  }
  report.result({ benches });
}

/** Before a process is started, whose results would be of NaN rounds. */
function checkArguments(name: string, args: readonly string[]): void {
  const { takes } = BENCHES[name]!;
  if (args.length > takes.length) {
    const names = takes.map(([argument]) => argument).join(", ");
    throw new UserError(`bench ${name} has ${args.length} arguments, expected at most ${takes.length}: ${names}`);
  }
  for (const [i, text] of args.entries()) takes[i]![1](`bench ${name}: ${takes[i]![0]}`, text);
}

/** Runs a script; what it prints goes on at once, to stderr with --json. @returns what it printed */
function outputOf(report: Report, script: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--no-deprecation", ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      (report.json ? process.stderr : process.stdout).write(text);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(output);
      if (signal === "SIGINT") return reject(Object.assign(new Error("interrupted"), { name: "AbortError" }));
      reject(new UserError(`${script} failed (${signal ?? `exit status ${code}`}): what it printed says why`));
    });
  });
}

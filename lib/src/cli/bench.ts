import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { show, UserError } from "../check.js";
import { project } from "../project.js";
import { type Report, reporting } from "./report.js";

/** The scripts of bench/, in the order in which they are run, and what Node needs for them. */
const BENCHES: Readonly<Record<string, { what: string; flags?: string[] }>> = {
  mnist1d: { what: "making the data set, beside the PyPI package" },
  steps: { what: "training steps: eager, captured, JAX, PyTorch" },
  lengths: { what: "steps by the length of the sequences" },
  batches: { what: "steps by the size of the batch" },
  soak: { what: "memory over many steps", flags: ["--expose-gc"] },
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

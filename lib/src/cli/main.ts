#!/usr/bin/env node
import { copyFileSync, mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { writeAtomically } from "../atomic-file.js";
import { UserError } from "../check.js";
import { ensureMnist1d } from "../dataset/index.js";
import { modelTitle } from "../figures/index.js";
import { resultColumns, showTable } from "../notebook/index.js";
import { withProgress } from "../notebook/records.js";
import { project } from "../project.js";
import {
  currentProtocol,
  experimentData,
  ownStore,
  plan,
  protocolNames,
  type RunSpec,
  referenceStore,
  resultTable,
  study,
} from "../study/index.js";
import { fillReadme, readmeParts, readReadme } from "./readme.js";

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("expected a whole number of at least 1");
  return value;
}

const shown = (path: string) => relative(process.cwd(), path) || ".";

function specsOf(options: { protocol?: string; seeds?: number }): RunSpec[] {
  const name = options.protocol ?? currentProtocol();
  const known = protocolNames.find((protocol) => protocol === name);
  if (!known) throw new UserError(`protocol is ${JSON.stringify(name)}, expected one of ${protocolNames.join(", ")}`);
  return plan(known, options.seeds);
}

const program = new Command("dms-ntm").description(
  "Continuous multi-scale heads in a Neural Turing Machine: data, runs, results",
);
const command = (name: string, text: string) => program.command(name).description(text);
const planned = (name: string, text: string) =>
  command(name, text)
    .option("--protocol <name>", `one of ${protocolNames.join(", ")} (default: DMS_NTM_PROFILE, or published)`)
    .option("--seeds <n>", "seeds a model (default: the protocol's)", whole);

command("data", "make the data set, or check the one that is there").action(() => {
  const data = ensureMnist1d(project().data, experimentData);
  console.log(`data: MNIST-1D, ${data.train.rows} training and ${data.test.rows} test samples, in ${shown(project().data)}`);
});

planned("study", "make the runs of a protocol that this machine has not made yet")
  .option("--workers <n>", "processes that train at once (default: one a core)", whole)
  .action(async (options: { protocol?: string; seeds?: number; workers?: number }) => {
    const specs = specsOf(options);
    const todo = specs.filter((spec) => !ownStore().find(spec));
    const missing = todo.length;
    if (missing === 0) return console.log(`study: all ${specs.length} runs of ${specs[0]!.protocol} are there`);
    console.log(`study: ${missing} of ${specs.length} runs of ${specs[0]!.protocol} to make`);
    const seconds = new Map<string, number[]>();
    await withProgress(missing, (onProgress, signal) =>
      study(todo, ownStore(), {
        ...(options.workers === undefined ? {} : { workers: options.workers }),
        signal,
        onProgress,
        onRecord: ({ name }, took) => seconds.set(name, [...(seconds.get(name) ?? []), took]),
      }),
    );
    for (const [name, list] of seconds) {
      console.log(`study: ${modelTitle(name)} ${(list.reduce((a, b) => a + b) / list.length).toFixed(1)} s a run`);
    }
  });

planned("results", "write the result table of this machine's runs, and show it").action((options) => {
  const specs = specsOf(options);
  const records = specs.map((spec) => ownStore().find(spec)).filter((record) => record !== undefined);
  const table = resultTable(records);
  const path = join(project().data, "results", `${specs[0]!.protocol}.csv`);
  writeAtomically(path, table.writeCSV().toString());
  showTable(table, { columns: resultColumns });
  console.log(`results: ${shown(path)}, figures in ${shown(project().figures)}`);
});

planned("reference", "keep this machine's records as the repository's").action((options) => {
  const specs = specsOf(options);
  const [own, reference] = [ownStore(), referenceStore()];
  const missing = specs.filter((spec) => !own.find(spec));
  if (missing.length > 0)
    throw new UserError(`${missing.length} of ${specs.length} runs are missing: run \`make study\` first`);
  for (const spec of specs) {
    mkdirSync(join(reference.folder, spec.protocol), { recursive: true });
    copyFileSync(own.path(spec), reference.path(spec));
  }
  console.log(`reference: ${specs.length} records in ${shown(reference.folder)}`);
});

command("readme", "fill in README.md's generated parts from the repository's records").action(() => {
  const path = join(project().root, "README.md");
  const records = plan("published").map((spec) => {
    const record = referenceStore().find(spec);
    if (!record)
      throw new UserError(`${referenceStore().path(spec)} is missing: restore it from git, or run \`make reference\``);
    return record;
  });
  writeAtomically(path, fillReadme(readReadme(path), readmeParts(records)));
  console.log(`readme: ${shown(path)} is up to date`);
});

program.parseAsync().catch((error: Error) => {
  console.error(`dms-ntm: ${error.message}`);
  process.exitCode = error.name === "AbortError" ? 130 : 1;
});

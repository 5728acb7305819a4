/**
 * Makes go wrong what can go wrong, and counts what held. Each part uses folders of its own below the system's
 * temporary folder.
 *
 * usage: node --expose-gc test/faults/main.mjs [PART,PART ...]; FAULTS_MINUTES shortens the long training, FAULTS_KILLS
 * the kills
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { killedCompiles } from "./compile.mjs";
import { killedStudies, killedWrites } from "./kill.mjs";
import { longTraining, manyCaptures, memoryCaptures } from "./long.mjs";
import { lab, offline } from "./network.mjs";
import { damagedRuntime, runtimeCache } from "./runtime.mjs";
import { signals } from "./signals.mjs";
import { clockJumps, damagedRecords, fullDisk, fullOutput, fullTemporary, readOnly, together } from "./store.mjs";
import { children, folders, killGroup, mounts } from "./support.mjs";
import { packing, site } from "./whole.mjs";

function number(name, standard) {
  const text = process.env[name] || String(standard);
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  console.error(`faults: ${name} is ${JSON.stringify(text)}, expected more than 0`);
  process.exit(1);
}
const kills = number("FAULTS_KILLS", 50);
const minutes = number("FAULTS_MINUTES", 30);

const PARTS = {
  kill: ["kill -9 of a study, then resumed", () => killedStudies(kills)],
  writes: ["kill -9 of a process that writes", () => killedWrites(kills)],
  compile: ["kill -9 and a full disk while XLA compiles", () => killedCompiles(Math.ceil(kills / 2))],
  packing: ["kill -9 and a full disk while records are packed", packing],
  site: ["kill -9 and a full disk while a site is made", () => site(Math.ceil(kills / 2))],
  signals: ["signals in each phase of a study", () => signals(Math.ceil(kills / 20))],
  disk: ["a full disk", fullDisk],
  temporary: ["a full temporary folder", fullTemporary],
  output: ["full folders of figures, results and curves", fullOutput],
  readonly: ["a read-only folder", readOnly],
  records: ["damaged records", damagedRecords],
  together: ["two studies at once", () => together(3)],
  clock: ["a clock that jumps", clockJumps],
  cache: ["runtime: downloads and cache", runtimeCache],
  runtime: ["runtime: a damaged library", damagedRuntime],
  captures: ["200 captures and disposals", () => manyCaptures(200)],
  memory: ["60 memory models compiled by XLA", () => memoryCaptures(60)],
  offline: ["no network", offline],
  lab: ["JupyterLab's address and token", lab],
  long: [`${minutes} minutes of training`, () => longTraining(minutes)],
};

const chosen = process.argv[2] ? process.argv[2].split(",") : Object.keys(PARTS);
const unknown = chosen.find((part) => !Object.hasOwn(PARTS, part));
if (unknown !== undefined) {
  console.error(`faults: part is ${JSON.stringify(unknown)}, expected some of ${Object.keys(PARTS).join(",")}`);
  process.exit(1);
}

/** A part that hangs, or somebody who has seen enough: what was counted so far is still printed. */
const PATIENCE = 20;
let stop = () => undefined;
const stopped = new Promise((_, reject) => {
  stop = reject;
});
stopped.catch(() => undefined);
let interrupted;
for (const [signal, status] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
  process.on(signal, () => {
    interrupted ??= status;
    stop(signal);
  });

/** Of a part; or an error when it takes too long. */
async function inTime(part, run) {
  const most = PATIENCE + (part === "long" ? minutes : 0);
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(`the limit of ${most} minutes`), most * 60_000);
  });
  try {
    return await Promise.race([run(), stopped, late]);
  } finally {
    clearTimeout(timer);
    for (const child of children) killGroup(child);
  }
}

const rows = [];
try {
  for (const part of chosen) {
    const [title, run] = PARTS[part];
    console.log(`faults: ${title} ...`);
    const started = performance.now();
    let counted;
    try {
      counted = await inTime(part, run);
    } catch (error) {
      // it counts as one thing that did not hold, and the other parts are made
      console.error(`faults: NOT SO: ${title}: ${error?.stack ?? error}`);
      counted = { tried: 1, held: 0, skipped: 0, notes: [`ended by ${String(error).split("\n")[0]}`] };
    }
    const { tried, held, skipped, notes } = counted;
    rows.push([
      title,
      tried,
      held,
      skipped,
      `${((performance.now() - started) / 1000).toFixed(0)} s`,
      notes.join("; "),
    ]);
    if (interrupted) break;
  }
} finally {
  for (const mount of mounts) spawnSync("umount", [mount]);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
const width = Math.max(...rows.map(([title]) => title.length));
const shown = (title, ...cells) =>
  `${title.padEnd(width)}  ${cells.map((cell, i) => String(cell).padStart([5, 5, 7, 6][i])).join("  ")}`;
console.log(`\n${shown("", "tried", "held", "skipped", "time")}`);
for (const [title, tried, held, skipped, time, notes] of rows)
  console.log(`${shown(title, tried, held, skipped, time)}  ${notes}`.trimEnd());
const [tried, held, skipped] = [1, 2, 3].map((column) => rows.reduce((sum, row) => sum + row[column], 0));
console.log(shown("all", tried, held, skipped));
// not at the end of what a late part still waits for
process.exit(interrupted ?? (held === tried ? 0 : 1));

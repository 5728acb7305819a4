import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  Count,
  command,
  folders,
  HERE,
  isLine,
  mountMemory,
  ROOT,
  records,
  reference,
  remount,
  root,
  scratch,
  study,
  within,
} from "./support.mjs";

/** Room for some of the records only, then for all of them. */
export async function fullDisk() {
  const count = new Count();
  const { all } = await reference();
  const folder = mountMemory("100k");
  if (!folder) {
    count.skip("mounting a small disk takes root");
    return count;
  }
  const ended = await study(folder);
  const there = records(folder);
  const kept = /\((\d+) finished runs? kept: move what is in (.*) to (.*)\)$/.exec(ended.stderr);
  if (kept) folders.push(kept[2]);
  const rescued = kept ? records(kept[2]) : new Map();
  const line = /can't be written: ENOSPC.*: free some room and run it again, or set DMS_NTM_OUT to another folder \(/;
  count.expect(`one line says what to do: ${ended.stderr}`, isLine(ended, line));
  count.expect(
    "what was finished before is there, whole",
    there.size > 0 && there.size < all.size && within(there, all),
  );
  count.expect(
    "the run that was finished when the disk was full is kept elsewhere",
    rescued.size > 0 && rescued.size === Number(kept[1]) && kept[3] === folder && within(rescued, all),
  );
  const again = await study(folder);
  count.expect(
    `full, it says so before anything is trained: ${again.stderr}`,
    isLine(again, /can't be written: ENOSPC/) && again.epochs === 0,
  );
  remount(folder, "size=10m");
  for (const [name, bytes] of rescued) writeFileSync(join(folder, "faults", name), bytes);
  const resumed = await study(folder);
  count.expect(
    "with room it goes on",
    resumed.status === 0 && within(there, records(folder)) && within(all, records(folder)),
  );
  count.expect("and makes only what is missing", resumed.epochs === 3 * (all.size - there.size - rescued.size));
  count.notes.push(`${there.size} of ${all.size} records fitted`);
  return count;
}

/** No room in the temporary folder, through which each graph goes to TensorFlow. */
export async function fullTemporary() {
  const count = new Count();
  const disk = mountMemory("4k");
  if (!disk) {
    count.skip("mounting a small disk takes root");
    return count;
  }
  const folder = scratch("temporary");
  const ended = await study(folder, { runs: 2, env: { TMPDIR: disk } });
  const line = new RegExp(
    `${disk} can't be written: ENOSPC.*: free some room and run it again, or set TMPDIR to another folder$`,
  );
  count.expect(`one line says what to do: ${ended.stderr}`, isLine(ended, line) && ended.epochs === 0);
  count.expect("no folder of a graph stays", readdirSync(disk).length === 0);
  const elsewhere = await study(folder, { runs: 2, env: { TMPDIR: scratch("elsewhere") } });
  count.expect(
    `with another one it goes well: ${elsewhere.stderr}`,
    elsewhere.status === 0 && records(folder).size === 2,
  );
  return count;
}

/** No room for figures, result tables and curves: those that are there stay whole. */
export async function fullOutput() {
  const count = new Count();
  const disk = mountMemory("1m");
  if (!disk) {
    count.skip("mounting a small disk takes root");
    return count;
  }
  const commands = {
    figures: ["figures", "--only", "addressing_examples"],
    results: ["results", "sound-20", "--models", "gru,ntm"],
  };
  const places = { figures: join(disk, "figures"), results: join(disk, "data/results") };
  const run = (name) => command(commands[name], { DMS_NTM_OUT: disk, DMS_NTM_FRESH: "" });
  const files = (name) =>
    JSON.stringify(readdirSync(places[name]).map((file) => [file, readFileSync(join(places[name], file), "base64")]));
  const filler = join(disk, "filler");
  for (const name of Object.keys(commands)) {
    const first = run(name);
    count.expect(`${name} with room: ${first.stderr}`, first.status === 0);
    const before = files(name);
    spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=4k"]);
    const ended = run(name);
    count.expect(
      `${name}, one line says what to do: ${ended.stderr}`,
      isLine(
        ended,
        /can't be written: ENOSPC.*: free some room and run it again, or set DMS_NTM_OUT to another folder$/,
      ),
    );
    count.expect(`${name} that were there are whole, and no draft is`, files(name) === before);
    rmSync(filler);
    count.expect(`${name} with room again`, run(name).status === 0 && files(name) === before);
  }
  fullCurves(count);
  return count;
}

/** No room for the curves of a long training. */
function fullCurves(count) {
  const disk = mountMemory("100k");
  const code = `const { tensorboardLog } = require("dms-ntm").training;
    const log = tensorboardLog(${JSON.stringify(disk)});
    try { for (let i = 0; i < 5000; i++) log.write(i, { a: i }); } catch (error) { console.error(error.message); process.exitCode = 1; }`;
  const { status, stderr } = spawnSync(process.execPath, ["--no-deprecation", "-e", code], {
    cwd: ROOT,
    encoding: "utf8",
  });
  count.expect(
    `curves, one line says what to do: ${stderr}`,
    isLine(
      { status, stderr: stderr.trim() },
      /can't be written: ENOSPC.*: free some room and run it again, or give another folder for TensorBoard$/,
    ),
  );
}

/** A folder that can't be written: said before anything is trained, and nothing needs writing once all is there. */
export async function readOnly() {
  const count = new Count();
  const { all } = await reference();
  const disk = root ? mountMemory("10m") : scratch("read-only");
  if (!disk) {
    count.skip("permissions don't stop root, and a disk can't be mounted here");
    return count;
  }
  const lock = (on) => (root ? remount(disk, on ? "ro" : "rw") : chmodSync(disk, on ? 0o555 : 0o755));
  lock(true);
  const refused = await study(disk, { runs: 2 });
  count.expect(
    `one line says what to do: ${refused.stderr}`,
    isLine(refused, /can't be written: E(ROFS|ACCES).*: make it writable, or set DMS_NTM_OUT to another folder$/),
  );
  count.expect("nothing was trained before that", refused.epochs === 0);
  lock(false);
  count.expect("writable it goes on", (await study(disk)).status === 0 && within(all, records(disk)));
  lock(true);
  count.expect("a whole study is read from a read-only folder", (await study(disk)).status === 0);
  lock(false);
  return count;
}

/**
 * Records that somebody or something has damaged: named with what to do, never used, and after that the study is what
 * it was.
 */
export async function damagedRecords() {
  const count = new Count();
  const { all } = await reference();
  const name = "mlp-seed3.json";
  const good = all.get(name);
  const other = all.get("mlp-seed4.json");
  const edits = {
    truncated: good.slice(0, good.length / 2),
    empty: "",
    "cut by one byte": good.trimEnd().slice(0, -1),
    "of zeros, as after a crash of the machine": "\0".repeat(good.length),
    foreign: '{"hello": "world"}',
    "no JSON": "PK\u0003\u0004 is a zip file",
    "a pickle": Buffer.from("80049503000000000000004b012e", "hex"),
    "with a better accuracy": good.replace(
      /"testAccuracy": [\d.]+,\n {2}"correct"/,
      '"testAccuracy": 0.99,\n  "correct"',
    ),
    "with more right answers": good.replace(/"correct": \d+/, '"correct": 127'),
    "with another learning rate": good.replace(
      /"learningRate": 0.003,\n "trials"/,
      '"learningRate": 0.004,\n "trials"',
    ),
    "without its last epoch": JSON.stringify({ ...JSON.parse(good), curve: JSON.parse(good).curve.slice(0, -1) }),
    "of another config": good.replace('"stride": 2', '"stride": 1'),
    "of another seed": other,
    "with a key too many": good.replace("{", '{ "note": "mine",'),
    "of a later format": good.replace('"format": 1', '"format": 2'),
    "with an infinite loss": good.replace(/"trainLoss": [\d.]+/, '"trainLoss": Infinity'),
    "with __proto__": good.replace("{", '{ "__proto__": { "seed": 3 },'),
  };
  for (const [what, bytes] of Object.entries(edits)) {
    const folder = scratch("damaged");
    mkdirSync(join(folder, "faults"));
    for (const [file, text] of all) writeFileSync(join(folder, "faults", file), file === name ? bytes : text);
    const refused = await study(folder);
    const says = isLine(refused, /mlp-seed3\.json.*(delete it|move it away), and the run is made again$/);
    count.expect(`a record ${what} is refused with what to do: ${refused.stderr}`, bytes !== good && says);
    rmSync(join(folder, "faults", name));
    const again = await study(folder);
    const same = readFileSync(join(folder, "faults", name), "utf8") === good;
    count.expect(
      `a record ${what}: made again, bit by bit`,
      again.status === 0 && same && within(all, records(folder)),
    );
  }
  return count;
}

/** Two studies started at once on one store: both end well, with the records of one. */
export async function together(times) {
  const count = new Count();
  const { all } = await reference();
  for (let i = 0; i < times; i++) {
    const folder = scratch("together");
    const both = await Promise.all([study(folder), study(folder)]);
    count.expect(
      `pair ${i}: both end well`,
      both.every(({ status }) => status === 0),
    );
    count.expect(
      `pair ${i}: the records are those of one`,
      records(folder).size === all.size && within(records(folder), all),
    );
  }
  return count;
}

/** A clock that jumps back and forth by years, in the study and in its workers. */
export async function clockJumps() {
  const count = new Count();
  const { all } = await reference();
  const folder = scratch("clock");
  const [hook, seen] = ["a clock.cjs", "seen"].map((name) => join(scratch("hook with spaces"), name));
  copyFileSync(join(HERE, "clock.cjs"), hook);
  const ended = await study(folder, { env: { NODE_OPTIONS: `--require=${JSON.stringify(hook)}`, FAULTS_CLOCK: seen } });
  count.expect(`it ends well: ${ended.stderr}`, ended.status === 0);
  count.expect("the records are the same", records(folder).size === all.size && within(records(folder), all));
  const lines = existsSync(seen) ? readFileSync(seen, "utf8").trim().split("\n") : [];
  const jumping = (name) => lines.filter((line) => line.startsWith("jumps ") && line.endsWith(name)).length;
  count.expect(
    `the clock jumped in the study and in both workers: ${lines}`,
    jumping("/study.mjs") === 1 && jumping("/worker.js") === 2,
  );
  return count;
}

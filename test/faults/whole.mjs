/** Records that are packed and a site that is made: kill -9 at each call that changes a file, and a full disk. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Count, dms, HERE, mountMemory, ROOT, remount, scratch } from "./support.mjs";

const HOOK = join(HERE, "at-call.cjs");
const MAIN = join(ROOT, "lib/dist/src/cli/main.js");
const SITE = join(ROOT, "scripts/site/build.mjs");

/** A program with the hook before it. */
function node(args, { cwd = ROOT, faults = {} } = {}) {
  const env = { ...process.env, DMS_NTM_OUT: "", ...faults };
  const done = spawnSync(process.execPath, ["--no-deprecation", "--require", HOOK, ...args], {
    cwd,
    env,
    encoding: "utf8",
  });
  return { ...done, stderr: done.stderr.trim() };
}

/** Names of the calls below a folder that an undisturbed program makes. */
function callsOf(args, below, options) {
  const seen = join(scratch("calls"), "seen");
  const { status, stderr } = node(args, { ...options, faults: { FAULTS_BELOW: below, FAULTS_SEEN: seen } });
  return { calls: readFileSync(seen, "utf8").split("\n"), status, stderr };
}

/** All files below a folder, with their bytes. */
function bytesOf(folder) {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => [
      join(parentPath, name).slice(folder.length),
      readFileSync(join(parentPath, name)),
    ]),
  );
}
const same = (some, others) =>
  some.size === others.size && [...some].every(([name, bytes]) => others.get(name)?.equals(bytes) ?? false);

const isDraft = (name) => name.includes(".tmp");
/** As if what is left had been left hours ago: a young draft may be a live process's of another container. */
function age(folder) {
  for (const name of readdirSync(folder)) if (isDraft(name)) utimesSync(join(folder, name), 1, 1);
}
const drafts = (folder) => readdirSync(folder).filter(isDraft);

const PARTS = ["long-associative-recall-tune", "long-copy-tune"];

/** A checkout's folder of records: of each part one record is packed, the others are single files. */
function unpacked(root) {
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, "package.json"), '{ "name": "dms-ntm-project" }');
  const folder = join(root, "data/reference");
  const single = new dms.records.RecordStore(folder);
  for (const part of PARTS) {
    const [first, ...others] = readFileSync(join(ROOT, `data/reference/${part}.jsonl`), "utf8")
      .trim()
      .split("\n");
    mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, `${part}.jsonl`), `${first}\n`);
    for (const line of others) writeFileSync(single.where(JSON.parse(line)), line);
  }
  return folder;
}

/** The sealed records that a reader finds, packed or not. @throws UserError when one isn't whole */
function readable(folder) {
  const packed = new dms.records.ReferenceStore(folder);
  const single = new dms.records.RecordStore(folder);
  return new Set(
    PARTS.flatMap((part) => [...packed.all(part), ...single.all(part)].map((record) => JSON.stringify(record))),
  );
}

const reference = (root, faults) => node([MAIN, "reference", "long"], { cwd: root, faults });

export function packing() {
  const count = new Count();
  const whole = new Map(
    PARTS.map((part) => [`/${part}.jsonl`, readFileSync(join(ROOT, `data/reference/${part}.jsonl`))]),
  );
  const undisturbed = scratch("pack");
  const folder = unpacked(undisturbed);
  const all = readable(folder);
  const { calls, status, stderr } = callsOf([MAIN, "reference", "long"], folder, { cwd: undisturbed });
  count.expect(`undisturbed it packs: ${stderr}`, status === 0 && same(bytesOf(folder), whole));
  let killed = 0;
  for (const [i, call] of calls.entries())
    for (const half of call === "writeFileSync" ? ["0", "1"] : ["0"]) {
      const at = i + 1;
      const root = scratch("pack");
      const there = unpacked(root);
      const ended = reference(root, { FAULTS_AT: String(at), FAULTS_BELOW: there, FAULTS_HALF: half });
      if (ended.signal === "SIGKILL") killed++;
      const found = (() => {
        try {
          return readable(there);
        } catch (error) {
          return error.message;
        }
      })();
      const nothingLost =
        found instanceof Set && found.size === all.size && [...all].every((record) => found.has(record));
      count.expect(
        `pack, call ${at}: every record is there, whole: ${found}`,
        ended.signal === "SIGKILL" && nothingLost,
      );
      age(there);
      reference(root, {});
      count.expect(`pack, call ${at}: the next run ends with the same bytes`, same(bytesOf(there), whole));
      count.expect(`pack, call ${at}: no folder and no draft stays`, readdirSync(there).length === PARTS.length);
      rmSync(root, { recursive: true });
    }
  count.notes.push(`${killed} kills, before each of ${calls.length} calls and half through what is written`);
  fullWhilePacking(count, all, whole);
  return count;
}

function fullWhilePacking(count, all, whole) {
  const disk = mountMemory("10m");
  if (!disk) return count.skip("mounting a small disk takes root");
  const folder = unpacked(disk);
  const pages = Number(spawnSync("du", ["-sk", disk], { encoding: "utf8" }).stdout.split("\t")[0]);
  remount(disk, `size=${pages + 24}k`);
  const refused = reference(disk, {});
  const line = /^dms-ntm: .*\.jsonl can't be written: ENOSPC.*: free some room and run it again, or move the checkout/;
  const oneLine = refused.status === 1 && !refused.stderr.includes("\n") && line.test(refused.stderr);
  count.expect(`pack on a full disk, one line: ${refused.stderr}`, oneLine);
  count.expect(
    "pack on a full disk: nothing is lost",
    readable(folder).size === all.size && drafts(folder).length === 0,
  );
  remount(disk, "size=10m");
  count.expect("with room it packs", reference(disk, {}).status === 0 && same(bytesOf(folder), whole));
}

/** Kills spread over all calls, of which the last few, where the new site takes the old one's place, are all tried. */
export function site(kills) {
  const count = new Count();
  const first = join(scratch("site"), "first");
  const made = node([SITE, first]);
  const whole = bytesOf(first);
  count.expect(`undisturbed it is made: ${made.stderr}`, made.status === 0 && whole.size > 20);
  const calls = callsOf([SITE, first], first).calls.length;
  const spread = Array.from({ length: kills }, (_, i) => 1 + Math.floor((i * calls) / kills));
  const chosen = [...new Set([...spread, calls - 3, calls - 2, calls - 1, calls])];
  const met = { old: 0, new: 0, none: 0 };
  const folder = join(scratch("site"), "site");
  for (const [i, at] of chosen.entries()) {
    rmSync(folder, { recursive: true, force: true });
    cpSync(first, folder, { recursive: true });
    // the site of an earlier day
    writeFileSync(join(folder, "index.html"), "old");
    const old = bytesOf(folder);
    const faults = { FAULTS_AT: String(at), FAULTS_BELOW: folder, FAULTS_HALF: String(i % 2) };
    const ended = node([SITE, folder], { faults });
    const there = bytesOf(folder);
    const state = there.size === 0 ? "none" : same(there, old) ? "old" : same(there, whole) ? "new" : undefined;
    count.expect(
      `site, call ${at}: the old one, the new one or none: ${state}`,
      ended.signal === "SIGKILL" && state !== undefined,
    );
    met[state]++;
    age(dirname(folder));
    const next = node([SITE, folder]);
    count.expect(
      `site, call ${at}: the next run makes it: ${next.stderr}`,
      next.status === 0 && same(bytesOf(folder), whole),
    );
    count.expect(`site, call ${at}: no draft stays`, drafts(dirname(folder)).length === 0);
  }
  count.notes.push(
    `${chosen.length} kills at ${calls} calls: the old one there ${met.old}, the new one ${met.new}, none ${met.none} times`,
  );
  fullWhileMaking(count, first, whole);
  return count;
}

function fullWhileMaking(count, first, whole) {
  const disk = mountMemory("10m");
  if (!disk) return count.skip("mounting a small disk takes root");
  const folder = join(disk, "site");
  cpSync(first, folder, { recursive: true });
  const refused = node([SITE, folder]);
  const line = /^site: .*site can't be written: ENOSPC.*: free some room and run it again, or name another folder$/;
  const oneLine = refused.status === 1 && !refused.stderr.includes("\n") && line.test(refused.stderr);
  count.expect(`site on a full disk, one line: ${refused.stderr}`, oneLine);
  count.expect(
    "site on a full disk: the old one stays, alone",
    same(bytesOf(folder), whole) && readdirSync(disk).length === 1,
  );
  remount(disk, "size=40m");
  count.expect("with room it is made", node([SITE, folder]).status === 0 && same(bytesOf(folder), whole));
}

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  Count,
  dms,
  killGroup,
  ROOT,
  records,
  reference,
  scratch,
  sleep,
  spawned,
  start,
  study,
  within,
} from "./support.mjs";

/**
 * kill -9 of the whole process group, each time resumed from what is there: at moments spread over the study's life,
 * and every other time while records are written, soon after a new one.
 */
export async function killedStudies(kills) {
  const count = new Count();
  const { all, seconds } = await reference();
  const random = dms.RandomState.stream(9, "kills");
  const after = { 0: 0, some: 0 };
  let folder = scratch("kill");
  let finished = 0;
  for (let done = 0; done < kills; ) {
    const before = records(folder);
    const { child, ended } = start(folder);
    let alive = true;
    const end = ended.then(() => {
      alive = false;
    });
    if (done % 2 === 0) await Promise.race([end, sleep(random.uniform(0, 1.1 * seconds) * 1000)]);
    else {
      while (alive && records(folder).size === before.size) await sleep(2);
      await Promise.race([end, sleep(random.uniform(0, 300))]);
    }
    const killed = alive;
    killGroup(child);
    await end;
    const there = records(folder);
    if (killed) {
      done++;
      after[there.size > before.size ? "some" : 0]++;
      count.expect(`kill ${done}: what was finished is there`, within(before, there));
      count.expect(`kill ${done}: every record is whole, and that of the undisturbed study`, within(there, all));
    }
    if (there.size < all.size) continue;
    finished++;
    folder = scratch("kill");
  }
  const last = await study(folder);
  count.expect(
    "the last study ends well",
    last.status === 0 && records(folder).size === all.size && within(records(folder), all),
  );
  const drafts = () =>
    readdirSync(join(folder, "faults"))
      .filter((name) => name.endsWith(".tmp"))
      .map((name) => join(folder, "faults", name));
  const left = drafts();
  // as if a study had been killed once more, hours ago, while it wrote; then a record is missing
  const record = join(folder, "faults", "mlp-seed0.json");
  writeFileSync(`${record}.${last.pid}-${randomUUID()}.tmp`, "{");
  rmSync(record);
  for (const draft of drafts()) utimesSync(draft, 1, 1);
  const resumed = await study(folder);
  count.expect("drafts of killed writes are swept up hours later", resumed.status === 0 && drafts().length === 0);
  count.notes.push(
    `${kills} kills, ${after.some} after new records; ${finished + 1} studies finished; ` +
      `${left.length} drafts of killed writes left`,
  );
  return count;
}

/**
 * kill -9 of a process that does nothing but write one file over and over: a reader sees the old or the new one, whole.
 */
export async function killedWrites(kills) {
  const count = new Count();
  const random = dms.RandomState.stream(9, "writes");
  const path = join(scratch("writes"), "file.json");
  const atomic = JSON.stringify(join(ROOT, "lib/dist/src/support/files.js"));
  const code = `const { writeAtomically } = require(${atomic});
    for (let i = 0; ; i++) writeAtomically(${JSON.stringify(path)}, JSON.stringify({ i, rows: new Array(20000).fill(i) }));`;
  for (let done = 0; done < kills; done++) {
    const child = spawned(spawn(process.execPath, ["-e", code], { detached: true, stdio: "ignore" }));
    const closed = new Promise((resolve) => child.on("close", resolve));
    if (done === 0) while (!existsSync(path)) await sleep(20);
    await sleep(random.uniform(150, 600));
    killGroup(child);
    await closed;
    const { i, rows } = JSON.parse(readFileSync(path, "utf8"));
    count.expect(`write ${done}: the file is whole`, rows.length === 20_000 && rows.every((row) => row === i));
  }
  return count;
}

/** Interrupt, termination and hang-up of a study while it starts, compiles, trains and writes. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Count, command, dms, HERE, ROOT, scratch, sleep } from "./support.mjs";

const STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const MAIN = join(ROOT, "lib/dist/src/cli/main.js");
const STUDY = ["study", "smoke", "--models", "mlp,ntm", "--seeds", "2"];

function begin(out, temporary, hook = {}) {
  const before = hook.FAULTS_AT ? ["--require", join(HERE, "at-call.cjs")] : [];
  const child = spawn(process.execPath, ["--no-deprecation", ...before, MAIN, ...STUDY], {
    cwd: ROOT,
    env: { ...process.env, DMS_NTM_OUT: out, TMPDIR: temporary, ...hook },
  });
  const text = { all: "", stderr: "" };
  for (const name of ["stdout", "stderr"])
    child[name].on("data", (chunk) => {
      text.all += chunk;
      if (name === "stderr") text.stderr += chunk;
    });
  let over = false;
  const ended = new Promise((resolve) =>
    child.on("close", (status, by) => {
      over = true;
      resolve({ status, by, stderr: text.stderr.trim() });
    }),
  );
  const until = async (holds) => {
    while (!over && !holds(text.all)) await sleep(5);
  };
  return { child, ended, until };
}

/** Files below a folder, by their paths. */
const filesIn = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
        entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
      )
    : [];
const runsIn = (out) => filesIn(join(out, "data/runs"));

/** When a signal is sent, after the study has begun. */
const PHASES = {
  start: ({ random }) => sleep(random.uniform(20, 500)),
  compile: async ({ until, temporary, random }) => {
    await until(() => readdirSync(temporary).length > 0);
    await sleep(random.uniform(0, 400));
  },
  train: async ({ until, out, random }) => {
    await until(() => runsIn(out).length > 0);
    await sleep(random.uniform(0, 300));
  },
  // from within, by at-call.cjs
  write: () => undefined,
};

export async function signals(times) {
  const count = new Count();
  const random = dms.RandomState.stream(9, "signals");
  const met = Object.fromEntries(Object.keys(PHASES).map((phase) => [phase, 0]));
  for (const [phase, wait] of Object.entries(PHASES))
    for (const [signal, expected] of Object.entries(STATUS))
      for (let i = 0; i < times; i++) {
        const [out, temporary] = [scratch("signals"), scratch("temporary")];
        const at = String(1 + random.randint(0, 6));
        const hook =
          phase === "write" ? { FAULTS_AT: at, FAULTS_BELOW: join(out, "data/runs"), FAULTS_SIGNAL: signal } : {};
        const { child, ended, until } = begin(out, temporary, hook);
        await wait({ until, out, temporary, random });
        if (phase !== "write") child.kill(signal);
        const { status, by, stderr } = await ended;
        const title = `${signal} while it should ${phase}`;
        if (status === 0) {
          count.skip(`${title}: it had ended`);
          continue;
        }
        met[phase]++;
        // before the program's first line nobody but the system can answer
        const early = phase === "start" && by === signal && stderr === "";
        const last = stderr.split("\n").at(-1);
        count.expect(
          `${title}: its status and a line: ${status} ${stderr}`,
          early || (status === expected && /^dms-ntm: /.test(last)),
        );
        count.expect(`${title}: no stack: ${stderr}`, !/\n\s+at /.test(stderr));
        const runs = runsIn(out);
        const whole = runs.every((path) => path.endsWith(".json") && JSON.parse(readFileSync(path, "utf8")).sha256);
        count.expect(`${title}: what is there is whole: ${runs}`, whole);
        count.expect(
          `${title}: no draft stays`,
          filesIn(out).every((path) => !path.endsWith(".tmp")),
        );
      }
  count.notes.push(
    Object.entries(met)
      .map(([phase, n]) => `${n} in "${phase}"`)
      .join(", "),
  );
  const out = scratch("signals");
  count.expect("undisturbed it ends well", command(STUDY, { DMS_NTM_OUT: out }).status === 0 && runsIn(out).length > 0);
  return count;
}

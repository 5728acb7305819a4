import { spawn } from "node:child_process";
import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { Count, dms, killGroup, mountMemory, ROOT, remount, scratch, sleep, spawned } from "./support.mjs";

/**
 * Three steps of a memory model: says when it begins, when its graph is written and loaded, and when XLA has compiled
 * it.
 */
const TRAINING = `const { buildModel, captureTraining, publishedModels, tf } = require("dms-ntm");
  (async () => {
    console.log("begins");
    const model = buildModel({ ...publishedModels.ntm, steps: 5, hidden: 6, slots: 5, width: 3 }, 1);
    const trainer = await captureTraining(model, { compile: "xla" });
    console.log("loaded");
    const [x, y] = [tf.ones([8, 5, 1]), tf.zeros([8], "int32")];
    const losses = [];
    for (let step = 0; step < 3; step++) {
      losses.push(trainer.step(x, y, 1e-3));
      if (step === 0) console.log("compiled");
    }
    console.log(JSON.stringify(losses));
  })().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });`;

const PHASES = ["begins", "loaded", "compiled"];

/** Starts the training; `phase()` is the last that it told. */
function training(folder) {
  const options = {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, TMPDIR: folder },
    stdio: ["ignore", "pipe", "pipe"],
  };
  const child = spawned(spawn(process.execPath, ["--no-deprecation", "-e", TRAINING], options));
  const text = { stdout: "", stderr: "" };
  const phase = () => PHASES.findLast((name) => text.stdout.includes(`${name}\n`));
  let tell = () => undefined;
  for (const name of ["stdout", "stderr"])
    child[name].on("data", (chunk) => {
      text[name] += chunk;
      tell();
    });
  const ended = new Promise((resolve) =>
    child.on("close", (status) =>
      resolve({ status, losses: text.stdout.trim().split("\n").at(-1), stderr: text.stderr.trim() }),
    ),
  );
  /** Waits until a phase has been told, or the process has ended. */
  const reached = (name) =>
    Promise.race([
      ended,
      new Promise((resolve) => {
        tell = () => text.stdout.includes(`${name}\n`) && resolve();
        tell();
      }),
    ]);
  return { child, ended, phase, reached };
}

/**
 * kill -9 while a graph is recorded, written, loaded and compiled by XLA: nothing of it is in the way of the next
 * training.
 */
export async function killedCompiles(kills) {
  const count = new Count();
  const random = dms.RandomState.stream(9, "compiles");
  const folder = scratch("compile");
  const undisturbed = await training(folder).ended;
  count.expect(`undisturbed it trains: ${undisturbed.stderr}`, undisturbed.status === 0);
  const met = Object.fromEntries(PHASES.map((name) => [name, 0]));
  for (let done = 0; done < kills; done++) {
    const { child, ended, phase, reached } = training(folder);
    // every other time in XLA's work, where no signal but this one comes through
    await reached(PHASES[done % 2]);
    await sleep(random.uniform(0, 600));
    const at = phase();
    killGroup(child);
    const { status } = await ended;
    if (status === null) met[at]++;
    const left = readdirSync(folder);
    count.expect(`kill ${done}: at most one folder more stays`, left.length <= done + 1);
  }
  const left = readdirSync(folder);
  // as if that had been an hour ago: a young folder may be a live process's of another container
  for (const name of left) utimesSync(join(folder, name), 1, 1);
  const next = await training(folder).ended;
  count.expect(
    "the next training gives the same losses, bit by bit",
    next.status === 0 && next.losses === undisturbed.losses,
  );
  count.expect("and sweeps up what killed ones left", readdirSync(folder).length === 0);
  const where = PHASES.map((name) => `${met[name]} after "${name}"`).join(", ");
  count.notes.push(`${kills} kills: ${where}; ${left.length} folders left and swept`);
  await fullWhileCompiling(count, undisturbed.losses);
  return count;
}

/** Room for a graph's folder, but not for all of the graph; then for it. */
async function fullWhileCompiling(count, losses) {
  const disk = mountMemory("32k");
  if (!disk) return count.skip("mounting a small disk takes root");
  const refused = await training(disk).ended;
  const line = /can't be written: ENOSPC.*: free some room and run it again, or set TMPDIR to another folder$/;
  count.expect(
    `full while the graph is written, one line: ${refused.stderr}`,
    refused.status === 1 && !refused.stderr.includes("\n") && line.test(refused.stderr),
  );
  count.expect("and no part of it stays", readdirSync(disk).length === 0);
  remount(disk, "size=20m");
  const again = await training(disk).ended;
  count.expect("with room the losses are the same", again.status === 0 && again.losses === losses);
}

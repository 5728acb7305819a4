import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const peerPython = here("../.venv-peers/bin/python");

/** Whether the peers were installed (make bench-peers). */
export const havePeers = existsSync(peerPython);

export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/**
 * A contestant in a process of its own: `first` ms of its first step, `version`, `time(n)` for n steps more. A way that
 * ends with "@1" runs on one core; ours has the environment `env` as well.
 */
export async function start(name, model, ...options) {
  return startIn({}, name, model, ...options);
}

export async function startIn(env, name, model, ...options) {
  const [way, cores] = name.split("@");
  const ours = !/^(jax|torch)/.test(way);
  const [command, script] = ours ? [process.execPath, "contestant.mjs"] : [peerPython, "peers/peer.py"];
  const flags = ours ? ["--no-deprecation"] : [];
  const line = [...(cores ? ["taskset", "-c", "0"] : []), command, ...flags, here(script), way, model, ...options];
  const child = spawn(line[0], line.slice(1), { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${way} ${model} stopped early`);
    return JSON.parse(value);
  };
  const ready = await next();
  return {
    ...ready,
    time: async (n) => {
      child.stdin.write(`${n}\n`);
      return next();
    },
    stop: () => child.stdin.end(),
  };
}

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const peerPython = here("../.venv-peers/bin/python");

/** Whether the peers were installed (make bench-peers). */
export const havePeers = existsSync(peerPython);

export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** A contestant in a process of its own: `first` ms of its first step, `version`, `time(n)` for n steps more. */
export async function start(way, model, ...options) {
  const ours = !["jax", "jax-several", "torch"].includes(way);
  const [command, script] = ours ? [process.execPath, "contestant.mjs"] : [peerPython, "peers/peer.py"];
  const flags = ours ? ["--no-deprecation"] : [];
  const child = spawn(command, [...flags, here(script), way, model, ...options], { stdio: ["pipe", "pipe", "inherit"] });
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

import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Count, killGroup, ROOT, root, scratch, sleep, spawned } from "./support.mjs";

/** Data, study, notebooks, results and figures without any network but the machine's own loopback. */
export async function offline() {
  const count = new Count();
  const alone = ["--net", "sh", "-c", 'ip link set lo up 2>/dev/null; exec "$0" "$@"'];
  if (!root || spawnSync("unshare", [...alone, "true"]).status !== 0) {
    count.skip("a network of its own takes root and unshare");
    return count;
  }
  const out = scratch("offline");
  const make = spawnSync("unshare", [...alone, "make", "notebooks", "results", "STUDY=smoke", `OUT=${out}`], {
    cwd: ROOT,
    encoding: "utf8",
  });
  count.expect(`smoke study and all notebooks run: ${make.stderr.slice(-500)}`, make.status === 0);
  return count;
}

/** JupyterLab as `make lab` starts it: on localhost only, and nothing without its token. */
export async function lab() {
  const count = new Count();
  const options = { cwd: ROOT, detached: true, stdio: ["ignore", "pipe", "pipe"] };
  const child = spawned(spawn("make", ["lab", "LAB_FLAGS=--no-browser --port=0"], options));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
  const closed = new Promise((resolve) => child.on("close", resolve));
  const address = () => text.match(/http:\/\/(localhost|127\.0\.0\.1):(\d+)\/lab\?token=([0-9a-f]{32,})/);
  for (let i = 0; i < 300 && !address(); i++) await sleep(200);
  const [, , port, token] = address() ?? [];
  count.expect("it prints an address on localhost with a token", Boolean(port));
  if (port) {
    const get = (path) => fetch(`http://localhost:${port}${path}`, { redirect: "manual" });
    count.expect("without its token nothing is read", (await get("/api/contents")).status === 403);
    count.expect("with a wrong one neither", (await get("/api/contents?token=0000")).status === 403);
    count.expect("with its token all is", (await get(`/api/contents?token=${token}`)).status === 200);
    const hex = Number(port).toString(16).toUpperCase().padStart(4, "0");
    const listening = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local = "", , state]) => state === "0A" && local.endsWith(`:${hex}`))
        .map(([, local]) => local.split(":")[0]),
    );
    const loopback = ["0100007F", "00000000000000000000000001000000"];
    count.expect(
      `it listens on the loopback alone: ${listening}`,
      listening.length > 0 && listening.every((at) => loopback.includes(at)),
    );
  }
  killGroup(child);
  await closed;
  return count;
}

// A JupyterLab of its own for the tests: as `make lab` starts it, but on a scratch folder inside the checkout, so that
// neither the notebooks nor the figures nor the records of the checkout change, and with settings of its own.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Below the checkout, because a kernel finds the library and the records from its notebook's folder upwards. */
export const SCRATCH = join(ROOT, "build/lab");
export const SCRATCH_NOTEBOOKS = join(SCRATCH, "notebooks");

/** Names of the project's notebooks, in order. */
export function notebookNames() {
  return readdirSync(join(ROOT, "notebooks"))
    .filter((name) => /^\d.*\.ipynb$/.test(name))
    .sort();
}

/** Those that NOTEBOOK chooses, all without it. */
export function chosenNotebooks() {
  const chosen = process.env.NOTEBOOK ?? "";
  const names = notebookNames().filter((name) => name.startsWith(chosen));
  if (names.length === 0) throw new Error(`there is no notebook ${chosen}, only ${notebookNames().join(", ")}`);
  return names;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function committedNotebook(name) {
  return JSON.parse(readFileSync(join(ROOT, "notebooks", name), "utf8"));
}

/**
 * Copies a notebook into the scratch folder, without its outputs unless told, so that what is seen there later was made
 * there.
 */
export function copyNotebook(name, { outputs = false } = {}) {
  if (outputs) return copyFileSync(join(ROOT, "notebooks", name), join(SCRATCH_NOTEBOOKS, name));
  const book = committedNotebook(name);
  for (const cell of book.cells) {
    if (cell.cell_type === "code") Object.assign(cell, { outputs: [], execution_count: null });
  }
  writeFileSync(join(SCRATCH_NOTEBOOKS, name), JSON.stringify(book));
}

/** Writes a notebook of code cells into the scratch folder. @param outputs of each cell, if there are any */
export function writeScratchNotebook(name, sources, outputs = []) {
  const book = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { display_name: "TypeScript (tslab)", language: "typescript", name: "tslab" } },
    cells: sources.map((source, i) => ({
      id: `cell-${i}`,
      cell_type: "code",
      source,
      metadata: {},
      outputs: outputs[i] ?? [],
      execution_count: null,
    })),
  };
  writeFileSync(join(SCRATCH_NOTEBOOKS, name), JSON.stringify(book));
}

/**
 * Starts JupyterLab on a fresh scratch folder with copies of the notebooks. Give `environment` what the kernels should
 * know.
 */
export async function startJupyterLab({ environment = {}, settings = {} } = {}) {
  rmSync(SCRATCH, { recursive: true, force: true });
  mkdirSync(SCRATCH_NOTEBOOKS, { recursive: true });
  for (const name of notebookNames()) copyNotebook(name);
  for (const [plugin, values] of Object.entries(settings)) {
    const file = join(SCRATCH, "jupyter/lab/user-settings", `${plugin.replace(":", "/")}.jupyterlab-settings`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(values));
  }
  const port = await freePort();
  const token = randomBytes(16).toString("hex");
  const log = [];
  const server = spawn(
    join(ROOT, ".venv/bin/python"),
    [
      ...["-m", "jupyterlab", "--no-browser", `--notebook-dir=${SCRATCH_NOTEBOOKS}`, "--ServerApp.ip=127.0.0.1"],
      ...[`--ServerApp.port=${port}`, "--ServerApp.port_retries=0", `--IdentityProvider.token=${token}`],
      ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
    ],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        DMS_NTM_OUT: SCRATCH,
        ...environment,
        JUPYTER_CONFIG_DIR: join(SCRATCH, "jupyter"),
        JUPYTER_DATA_DIR: join(SCRATCH, "jupyter/data"),
        JUPYTERLAB_SETTINGS_DIR: join(SCRATCH, "jupyter/lab/user-settings"),
        JUPYTERLAB_WORKSPACES_DIR: join(SCRATCH, "jupyter/lab/workspaces"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (chunk) => log.push(String(chunk)));
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 90_000;
  while (!(await answers(`${url}/api/status?token=${token}`))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill();
      throw new Error(`JupyterLab didn't start:\n${log.join("")}`);
    }
    await wait(250);
  }
  return {
    url,
    token,
    log: () => log.join(""),
    /** @returns the JSON of a call of the server's REST API */
    api: async (path, init = {}) => {
      const answer = await fetch(`${url}/api/${path}`, { ...init, headers: { Authorization: `token ${token}` } });
      return answer.status === 204 ? null : answer.json();
    },
    /** one kernel at a time: each holds some 500 MB */
    async shutdownKernels() {
      for (const { id } of await this.api("sessions")) await this.api(`sessions/${id}`, { method: "DELETE" });
    },
    async stop() {
      server.kill("SIGTERM"); // ends its kernels too
      const late = setTimeout(() => server.kill("SIGKILL"), 15_000);
      await ended;
      clearTimeout(late);
    },
  };
}

async function answers(address) {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

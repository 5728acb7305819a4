import { type ChildProcess, execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

export const projectRoot = join(__dirname, "../../../..");

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** The command line with a scratch folder of its own, which is taken away after the tests. */
export function scratch() {
  const out = mkdtempSync(join(tmpdir(), "dms-ntm-cli-"));
  after(() => rmSync(out, { recursive: true }));
  const main = join(__dirname, "../../src/cli/main.js");
  /** @param watch gets the process when it has started */
  const cli = (
    args: string[],
    env: Record<string, string> = {},
    { cwd = projectRoot, watch }: { cwd?: string; watch?: (child: ChildProcess) => void } = {},
  ): Promise<Outcome> => {
    const options = { env: { ...process.env, DMS_NTM_OUT: out, DMS_NTM_STUDY: "smoke", ...env }, cwd };
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        ["--no-deprecation", main, ...args],
        options,
        (error, stdout, stderr) => {
          resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
        },
      );
      watch?.(child);
    });
  };
  return { cli, out };
}

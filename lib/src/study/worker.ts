/**
 * A process that makes the runs that its parent sends, one after the other, until the parent hangs up. First it loads
 * the files that its arguments name.
 */
import { showCompiling } from "../support/compiling.js";
import { loadFile } from "../support/load-file.js";
import type { ProcessUsage, WorkerMessage } from "./pool.js";
import type { AnySpec } from "./record.js";
import { Runner } from "./run.js";

const runner = new Runner();
/** A parent that a signal ended takes no message: then this process ends too, without a trace on the terminal. */
const tell = (message: WorkerMessage) =>
  process.send?.(message, undefined, undefined, (error) => error && process.exit(0));

showCompiling({ begins: (seconds) => tell({ kind: "compiling", seconds }), ends: () => undefined });

// Ctrl-C reaches the whole process group: the parent decides, and ends its workers
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));
process.on("message", async (spec: AnySpec) => {
  try {
    const started = performance.now();
    const record = await runner.run(spec, { onProgress: (progress) => tell({ kind: "progress", progress }) });
    tell({ kind: "record", record, seconds: (performance.now() - started) / 1000, usage: usage() });
  } catch (error) {
    failed(error as Error);
  }
});
void loadFiles().then(() => tell({ kind: "ready" }), failed);

async function loadFiles(): Promise<void> {
  for (const file of process.argv.slice(2)) await loadFile(file, "the study's option require names it");
}

function failed({ message }: Error): void {
  tell({ kind: "failed", message: `${message}${hint(message)}` });
}

function usage(): ProcessUsage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage(); // microseconds, KiB
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 };
}

/** What the main process has registered, this one knows only from the files that it was told to load. */
function hint(message: string): string {
  return /made known by register(?:Shift|Task|Memory)$/.test(message)
    ? " in a file that the study's option require names"
    : "";
}

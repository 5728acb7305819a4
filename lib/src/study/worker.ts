/** A process that makes the runs that its parent sends, one after the other, until the parent hangs up. */
import { Runner, type RunProgress } from "./run.js";
import type { RunRecord } from "./schema.js";
import type { SpecOf } from "./store.js";
import type { AnySpec, WorkerMessage } from "./study.js";
import type { TaskRecord } from "./tasks/schema.js";
import { TaskRunner } from "./tasks/task-run.js";

const runner = new Runner();
const taskRunner = new TaskRunner();
const tell = (message: WorkerMessage) => process.send?.(message);

// Ctrl-C reaches the whole process group: the parent decides, and ends its workers
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));
process.on("message", async (spec: AnySpec) => {
  try {
    const started = performance.now();
    const options = { onProgress: (progress: RunProgress) => tell({ kind: "progress", progress }) };
    const record = isTask(spec) ? await taskRunner.run(spec, options) : await runner.run(spec as SpecOf<RunRecord>, options);
    tell({ kind: "record", record, seconds: (performance.now() - started) / 1000 });
  } catch (error) {
    tell({ kind: "failed", message: (error as Error).message });
  }
});
tell({ kind: "ready" });

function isTask(spec: AnySpec): spec is SpecOf<TaskRecord> {
  return "task" in spec.config;
}

import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { resolve as absolute, join } from "node:path";
import { refusePromise } from "tfjs-capture/dist/src/support/user-error.js";
import { z } from "zod";
import { cellSignal } from "../support/cell-signal.js";
import { compilesElsewhere } from "../support/compiling.js";
import { checkWhole, show, UserError } from "../support/user-error.js";
import { check, functionThat, objectWith } from "../support/validate.js";
import type { AnyRecord, AnySpec, RecordOf } from "./record.js";
import type { RunProgress } from "./run-start.js";
import { Saver } from "./saver.js";
import { Speeds, type Work, workOf } from "./speeds.js";
import type { RecordStore } from "./store.js";

const PoolKeys = z.strictObject({
  workers: z.unknown().optional(),
  order: z.enum(["by-model", "as-planned"]).optional(),
  ahead: z.array(z.unknown()).optional(),
  require: z.array(z.string()).optional(),
  speeds: objectWith(["add", "secondsFor"], "Speeds").optional(),
  onProgress: functionThat("is told how far the study is").optional(),
  onRecord: functionThat("gets each new record").optional(),
  signal: objectWith(["throwIfAborted"], "an AbortSignal").optional(),
});

/** How far a study has come. */
export interface StudyProgress {
  /** epochs, or points of the curves of tasks; finished runs included */
  done: number;
  /** how many of these took no time: of runs that were there before, and what runs that ended early didn't need */
  untimed: number;
  total: number;
  runsDone: number;
  runs: number;
  /** what has just happened */
  spec: AnySpec;
  progress: RunProgress;
  /** estimate by the speed of each model so far, what lies `ahead` included; undefined before any speed is known */
  secondsLeft: number | undefined;
}

/** How runs are made, and what is told meanwhile. @internal */
export interface PoolOptions<R extends AnyRecord = AnyRecord> {
  /** processes that train at once, each on one core; default: one a core */
  workers?: number;
  /**
   * "by-model" (the default): a process keeps to a model that it has compiled, the last ones of the plan first.
   * "as-planned": in the plan's order, so that a study stopped half-way has as many seeds of every model.
   */
  order?: "by-model" | "as-planned";
  /** work that follows these runs, for the estimate of the time left */
  ahead?: readonly Work[];
  /** files that every process loads first, e.g. one that makes a shift of one's own known by `registerShift` */
  require?: readonly string[];
  /** speeds known from earlier runs, and where these add their own */
  speeds?: Speeds;
  /** called after each epoch of any run */
  onProgress?: (progress: StudyProgress) => void;
  /** called with each new record, when it is stored, how long the run took, and what its process has used */
  onRecord?: (record: R, seconds: number, usage: ProcessUsage) => void;
  /** stops the runs; if not given, the notebook's stop button does */
  signal?: AbortSignal;
}

/** What the process that made a run has used until then, for all its runs. @internal */
export interface ProcessUsage {
  /** user and system */
  cpuSeconds: number;
  /** most resident memory at once, in MiB */
  megabytes: number;
}

/** What a worker process says. */
export type WorkerMessage =
  | { kind: "ready" }
  /** it compiles now, for about so long */
  | { kind: "compiling"; seconds: number }
  | { kind: "progress"; progress: RunProgress }
  | { kind: "record"; record: AnyRecord; seconds: number; usage: ProcessUsage }
  | { kind: "failed"; message: string };

/**
 * Makes the runs that the store doesn't hold yet, in worker processes, and stores each record as soon as it is there.
 * Which process makes a run has no influence on its record.
 *
 * @returns the records of all runs, in their order
 * @throws UserError for what is no list, no store or no option; before anything is trained when records couldn't be
 *   written; when a stored record is damaged or belongs to another config, or a run fails; when a record can't be
 *   written after all, with the temporary folder that it was kept in; the signal's reason when it aborts
 * @internal
 */
export async function makeRuns<S extends AnySpec>(
  specs: readonly S[],
  store: RecordStore,
  options: PoolOptions<RecordOf<S>> = {},
): Promise<RecordOf<S>[]> {
  if (!Array.isArray(specs as unknown)) throw new UserError(`specs is ${show(specs)}, expected a list of runs`);
  check(objectWith(["find", "save"], "a store of records, e.g. new records.RecordStore(folder)"), store, "store");
  check(PoolKeys, options, "study options");
  const given = options.signal ?? cellSignal();
  given?.throwIfAborted();
  if (options.workers !== undefined) checkWhole("workers", options.workers);
  const todo = specs.filter((spec) => !store.find(spec));
  store.checkWritable(todo);
  const works = new Map<AnySpec, Work>(specs.map((spec) => [spec, workOf(spec.config)]));
  const epochsOf = (some: readonly S[]) => some.reduce((sum, spec) => sum + works.get(spec)!.epochs, 0);
  const total = epochsOf(specs);
  let untimed = total - epochsOf(todo);
  let runsDone = specs.length - todo.length;
  const running = new Map<AnySpec, { done: number; at: number }>();
  const ended = new Set<AnySpec>(specs.filter((spec) => !todo.includes(spec)));
  const speeds = options.speeds ?? new Speeds();
  const workers = options.workers ?? availableParallelism();
  const count = Math.min(workers, todo.length);

  const onProgress = (spec: AnySpec, progress: RunProgress) => {
    const [before, now] = [running.get(spec), performance.now()];
    // not the first epoch: it compiles
    if (before) speeds.add(works.get(spec)!.key, (now - before.at) / 1000);
    running.set(spec, { done: progress.done, at: now });
    let done = 0;
    const left: Work[] = [];
    for (const [each, { key, epochs }] of works) {
      const finished = ended.has(each) ? epochs : (running.get(each)?.done ?? 0);
      done += finished;
      left.push({ key, epochs: epochs - finished });
    }
    const [here, later] = [speeds.secondsFor(left, count), speeds.secondsFor(options.ahead ?? [], workers)];
    const secondsLeft = here === undefined || later === undefined ? undefined : here + later;
    const told = options.onProgress?.({
      done,
      untimed,
      total,
      runsDone,
      runs: specs.length,
      spec,
      progress,
      secondsLeft,
    });
    refusePromise(told, "onProgress");
  };
  const saver = new Saver(store);
  const onRecord: Recorder = (spec, any, seconds, usage) => {
    // a run gives a record of its kind
    const record = any as RecordOf<S>;
    saver.save(record);
    untimed += works.get(spec)!.epochs - (running.get(spec)?.done ?? 0);
    running.delete(spec);
    ended.add(spec);
    runsDone++;
    refusePromise(options.onRecord?.(record, seconds, usage), "onRecord");
  };

  const failure = new AbortController();
  const signal = given ? AbortSignal.any([given, failure.signal]) : failure.signal;
  const queue: RunQueue = options.order === "as-planned" ? { next: () => todo.shift() } : new Queue(todo);
  const working = Array.from({ length: count }, () =>
    work(queue, signal, onProgress, onRecord, options.require).catch((error) => {
      failure.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(working);
  const unsaved = saver.failure();
  if (unsaved) throw unsaved;
  signal.throwIfAborted();
  return specs.map((spec) => store.find(spec)!);
}

type Recorder = (spec: AnySpec, record: AnyRecord, seconds: number, usage: ProcessUsage) => void;

interface RunQueue {
  next(last: AnySpec | undefined): AnySpec | undefined;
}

/**
 * Hands out runs so that a worker keeps to a model that it has compiled, and the slowest models, last in the plan, come
 * first.
 */
class Queue implements RunQueue {
  private readonly waiting: AnySpec[];

  constructor(specs: readonly AnySpec[]) {
    const names = specs.map((spec) => spec.name);
    this.waiting = [...specs].sort((a, b) => names.indexOf(b.name) - names.indexOf(a.name));
  }

  next(last: AnySpec | undefined): AnySpec | undefined {
    const same = this.waiting.findIndex((spec) => spec.name === last?.name && spec.protocol === last.protocol);
    return this.waiting.splice(Math.max(same, 0), 1)[0];
  }
}

/** One worker process from start to end. */
function work(
  queue: RunQueue,
  signal: AbortSignal,
  onProgress: (spec: AnySpec, progress: RunProgress) => void,
  onRecord: Recorder,
  files: readonly string[] = [],
): Promise<void> {
  return new Promise((resolve, reject) => {
    // with one thread each, two processes get more done than one with two threads (bench/steps.mjs), and sums have one
    // order
    const env = { ...process.env, TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1" };
    const child = fork(
      join(__dirname, "worker.js"),
      files.map((given) => absolute(given)),
      {
        env,
        execArgv: ["--no-deprecation"],
        serialization: "advanced",
      },
    );
    let current: AnySpec | undefined;
    let done = false;
    const stop = () => child.kill("SIGKILL");
    signal.addEventListener("abort", stop, { once: true });
    const fail = (message: string) => {
      reject(new UserError(current ? `${current.name}, seed ${current.seed}: ${message}` : message));
      stop();
    };
    const next = () => {
      current = queue.next(current);
      if (current) return void child.send(current);
      done = true;
      child.disconnect();
    };
    child.on("message", (message: WorkerMessage) => {
      try {
        if (message.kind === "failed") return fail(message.message);
        if (message.kind === "compiling") return compilesElsewhere(message.seconds);
        if (message.kind === "progress") onProgress(current!, message.progress);
        if (message.kind === "record") onRecord(current!, message.record, message.seconds, message.usage);
        if (message.kind !== "progress") next();
      } catch (error) {
        reject(error as Error);
        stop();
      }
    });
    child.on("error", (error) => fail(error.message));
    child.on("exit", (code, killer) => {
      signal.removeEventListener("abort", stop);
      // a file that it loads may end it, too
      if (code === 0 && done) resolve();
      else fail(`the worker process ended early (${killer ?? `exit status ${code}`}): is there enough memory?`);
    });
  });
}

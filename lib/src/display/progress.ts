import { randomUUID } from "node:crypto";
import { z } from "zod";
import { onCellFailure } from "../support/cell-signal.js";
import { type CompilingView, showCompiling, showCompilingElsewhere } from "../support/compiling.js";
import { check } from "../support/validate.js";
import { cellWriter } from "./kernel.js";
import {
  duration,
  type ProgressCurve,
  type ProgressView,
  progressBar,
  progressHtml,
  progressLine,
} from "./progress-view.js";

/** How far the work has come. */
export interface ProgressUpdate {
  done: number;
  /** how many of these took no time, e.g. what was there before: they are no part of the pace. It stays until another is given */
  untimed?: number;
  /** of how many, if known; stays until another one is given */
  total?: number;
  /** a word on what is going on, e.g. "epoch 3 of 30" */
  text?: string;
  /** numbers of interest, e.g. { loss: 0.4312 }; text is shown as it is */
  metrics?: Record<string, number | string>;
  /** an estimate of one's own; if not given, what is left at the pace of the last ten seconds */
  secondsLeft?: number;
}

/** A progress display. */
export interface Progress {
  /** how far the work has come; may be called as often as one likes */
  update(update: ProgressUpdate): void;
  /** the work is done; the time that it took and the last numbers stay */
  finish(text?: string): void;
  /** the work ended early, e.g. interrupted */
  fail(text: string): void;
}

/** Where progress is drawn, and at most how often. */
export interface ProgressSink {
  everyMs: number;
  /** `timeless` is there at the end: the same without what differs from one execution to the next */
  draw(view: ProgressView, timeless?: ProgressView): void;
}

/** What to count, e.g. "steps" (the default), and of how many. */
export interface ProgressOptions {
  total?: number;
  unit?: string;
}

const ProgressKeys = z.strictObject({ total: z.number().min(0).optional(), unit: z.string().optional() });

/**
 * A progress display: in a notebook a bar below the cell, updated in place, and a curve of each number that it is
 * given; in a terminal one line; elsewhere a plain line on stderr every ten seconds at most. It shows the numbers it is
 * given, the units done a second and an estimate of the time left. Calls are cheap: at most ten a second are drawn.
 *
 *     const bar = progress("Training NTM", { total: 1500 });
 *     bar.update({ done: 64, metrics: { loss: 0.4312 } });
 *     bar.finish();
 */
export function progress(title: string, options: ProgressOptions = {}): Progress {
  const live = notebookSink() ?? (process.stderr.isTTY ? terminalSink(process.stderr) : undefined);
  const bar = progressOn(live ?? lineSink(console.error), title, options);
  // there from the start: what comes first may compile
  if (live) bar.update({ done: 0 });
  const forget = showCompiling(bar.compiling);
  const last = (end: (text?: string) => void) => (text?: string) => {
    end(text);
    forget();
  };
  const fail = last(bar.fail);
  onCellFailure(fail);
  return { update: bar.update, finish: last(bar.finish), fail };
}

/** Training without a display of its own says in a terminal that it compiles, and takes it back. */
showCompilingElsewhere({
  begins: (seconds) => process.stderr.isTTY && process.stderr.write(`\r${compilingText(seconds)}`),
  ends: () => process.stderr.isTTY && process.stderr.write("\r\u001b[K"),
});

const compilingText = (seconds: number) => `compiling, about ${Math.round(seconds)} s`;

/** What a saved notebook keeps of an output: scripts/jupyter/dms_ntm_jupyter/tidy.py puts it in the output's place. */
const TIDY_AS = "dms-ntm-tidy";

function notebookSink(): ProgressSink | null {
  const write = cellWriter();
  if (!write) return null;
  const id = randomUUID();
  let update = false;
  return {
    everyMs: 100,
    draw(view, timeless) {
      const bundle = (of: ProgressView) => ({ "text/html": progressHtml(of), "text/plain": progressLine(of) });
      write(bundle(view), { id, update }, timeless ? { [TIDY_AS]: bundle(timeless) } : {});
      update = true;
    },
  };
}

function terminalSink(terminal: NodeJS.WriteStream): ProgressSink {
  return {
    everyMs: 100,
    draw: (view) =>
      terminal.write(`\r${progressBar(view, terminal.columns ?? 80)}\u001b[K${view.state === "running" ? "" : "\n"}`),
  };
}

export function lineSink(print: (line: string) => void): ProgressSink {
  return { everyMs: 10_000, draw: (view) => print(progressLine(view)) };
}

/** As progress, on a given sink and clock (milliseconds). */
export function progressOn(
  sink: ProgressSink,
  title: string,
  options: ProgressOptions = {},
  clock: () => number = () => performance.now(),
): Progress & { fail(text?: string): void; compiling: CompilingView } {
  check(ProgressKeys, options, "progress options");
  const { total: given, unit = "steps" } = options;
  const started = clock();
  const pace = new Pace(started);
  const curves = new Curves();
  let last: ProgressUpdate = { done: 0, ...(given === undefined ? {} : { total: given }) };
  let drawn = -Infinity;
  let ended = false;
  let compilingSince = started;

  /** @param timed whether with what differs from one execution to the next */
  const view = (state: ProgressView["state"], remark?: string, timed = true): ProgressView => {
    const { done, total, text } = last;
    const running = state === "running";
    const rate = running ? pace.now() : pace.overall();
    const left = last.secondsLeft ?? (total !== undefined && rate > 0 ? Math.max(0, total - done) / rate : null);
    const seconds = (clock() - started) / 1000;
    const time = running ? (left === null ? [] : [`${duration(left)} left`]) : [duration(seconds)];
    const speed = rate > 0 ? [`${short(rate, 3)} ${unit}/s`] : [];
    const said = remark ?? (running ? text : undefined);
    return {
      title,
      state,
      fraction: total !== undefined && total > 0 ? Math.min(1, Math.max(0, done / total)) : null,
      notes: [...(said === undefined ? [] : [said]), ...numbersOf(last, unit), ...(timed ? [...speed, ...time] : [])],
      ...(curves.all.length > 0 ? { curves: curves.all } : {}),
    };
  };
  const end = (state: "done" | "failed") => (text?: string) => {
    if (ended) return;
    ended = true;
    sink.draw(view(state, text), view(state, text, false));
  };

  return {
    update(update) {
      if (ended) return;
      const now = clock();
      const { total, untimed } = last;
      last = {
        ...(total === undefined ? {} : { total }),
        ...(untimed === undefined ? {} : { untimed }),
        ...update,
      };
      pace.add(now, last.done - (last.untimed ?? 0));
      curves.add(last.done, update.metrics ?? {});
      if (now - drawn < sink.everyMs) return;
      drawn = now;
      sink.draw(view("running"));
    },
    finish: end("done"),
    fail: end("failed"),
    compiling: {
      begins(seconds) {
        if (ended) return;
        compilingSince = clock();
        last = { ...last, text: compilingText(seconds) };
        drawn = compilingSince;
        sink.draw(view("running"));
      },
      ends: () => pace.pause(clock() - compilingSince),
    },
  };
}

/** "12 / 30 epochs", "loss 0.4312" */
function numbersOf({ done, total, metrics = {} }: ProgressUpdate, unit: string): string[] {
  return [
    total === undefined ? `${done} ${unit}` : `${done} / ${total} ${unit}`,
    ...Object.entries(metrics).map(([name, value]) => `${name} ${typeof value === "number" ? short(value) : value}`),
  ];
}

/** Updates of the last ten seconds give the rate: it follows a change of pace, and doesn't jump. */
const RATE_WINDOW_MS = 10_000;

/** Units done a second. */
class Pace {
  #from: { at: number; done: number };
  #seen: { at: number; done: number }[];
  #phase = 0;
  #earlier = 0;

  constructor(started: number) {
    this.#from = { at: started, done: 0 };
    this.#seen = [this.#from];
  }

  /** @param done where it falls, a new phase of the work begins, as the runs that follow those that tune */
  add(at: number, done: number): void {
    if (done < this.#phase) this.#earlier += this.#phase;
    this.#phase = done;
    this.#seen.push({ at, done: this.#earlier + done });
    const first = this.#seen.findIndex((seen) => seen.at >= at - RATE_WINDOW_MS);
    this.#seen = this.#seen.slice(Math.min(Math.max(0, first - 1), this.#seen.length - 2));
  }

  /** What took so many milliseconds is no part of the pace. */
  pause(took: number): void {
    const later = ({ at, done }: { at: number; done: number }) => ({ at: at + took, done });
    this.#from = later(this.#from);
    this.#seen = this.#seen.map(later);
  }

  now(): number {
    return this.#since(this.#seen[0]!);
  }

  overall(): number {
    return this.#since(this.#from);
  }

  #since(from: { at: number; done: number }): number {
    const to = this.#seen.at(-1)!;
    return to.at > from.at ? (1000 * (to.done - from.done)) / (to.at - from.at) : 0;
  }
}

/** Points of a curve at most; of a longer one every second is dropped, again and again. */
const CURVE_POINTS = 200;

/** Each number of interest over the units done. */
class Curves {
  readonly #points = new Map<string, { every: number; seen: number; points: [number, number][] }>();

  add(done: number, metrics: Record<string, number | string>): void {
    for (const [name, value] of Object.entries(metrics)) {
      if (typeof value !== "number" || !Number.isFinite(value)) continue;
      const curve = this.#points.get(name) ?? { every: 1, seen: 0, points: [] };
      this.#points.set(name, curve);
      if (curve.seen++ % curve.every !== 0) continue;
      curve.points.push([done, value]);
      if (curve.points.length < CURVE_POINTS) continue;
      curve.points = curve.points.filter((_, i) => i % 2 === 0);
      curve.every *= 2;
    }
  }

  /** Those with a line to draw. */
  get all(): ProgressCurve[] {
    const found = [...this.#points].map(([name, { points }]) => ({ name, points }));
    return found.filter(({ points }) => points.length > 1);
  }
}

/** A number with a few significant digits and no exponent where it can do without. */
function short(value: number, digits = 4): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size >= 10 ** digits ? value.toFixed(0) : size < 1e-3 ? value.toExponential(1) : value.toPrecision(digits);
}

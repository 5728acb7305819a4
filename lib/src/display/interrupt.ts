import { cellSignal } from "../support/cell-signal.js";

/** The signals that the next interrupt aborts; one listener serves them all. */
const active = new Set<AbortController>();
let setAside: NodeJS.SignalsListener[] = [];

function onInterrupt(signal: NodeJS.Signals): void {
  const running = [...active].filter((controller) => !controller.signal.aborted);
  if (running.length > 0) {
    for (const controller of running) controller.abort(Object.assign(new Error("interrupted"), { name: "AbortError" }));
    return;
  }
  // the work didn't stop at the first interrupt: the second one acts as if this module weren't there
  if (setAside.length === 0) {
    process.off("SIGINT", onInterrupt);
    process.kill(process.pid, signal);
  }
  for (const listener of setAside) listener(signal);
}

function start(controller: AbortController): void {
  active.add(controller);
  if (active.size > 1) return;
  setAside = process.rawListeners("SIGINT") as NodeJS.SignalsListener[];
  process.on("SIGINT", onInterrupt); // before the others go: without any listener an interrupt ends the process
  for (const listener of setAside) process.off("SIGINT", listener);
}

function stop(controller: AbortController): void {
  active.delete(controller);
  if (active.size > 0) return;
  for (const listener of setAside) process.on("SIGINT", listener);
  process.off("SIGINT", onInterrupt);
  setAside = [];
}

/**
 * Runs work that Jupyter's stop button (or Ctrl-C) asks to stop, through the signal. The kernel's own reaction, which
 * fails the cell and leaves the work going on behind it, waits until the work has ended: work that returns what it has
 * leaves the cell finished and its variables set; work that throws `signal.reason` fails the cell. A second interrupt
 * has the kernel's own effect.
 *
 *     const loss = await interruptible((signal) => train(trainer, set, { ...options, signal }));
 *
 * The work must await now and then, or no interrupt comes through.
 *
 * @returns what the work returns
 * @throws what the work throws
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const cell = cellSignal();
  if (cell) return work(cell);
  // a listener added in a cell's synchronous part gets the kernel killed at the interrupt
  await new Promise((resolve) => setImmediate(resolve));
  const controller = new AbortController();
  start(controller);
  try {
    return await work(controller.signal);
  } finally {
    stop(controller);
  }
}

/** Where the project's TypeScript kernel (scripts/jupyter/kernel/stop.cjs) puts what it knows of the cell that runs. */
const CELL = Symbol.for("dms-ntm.cell");

/**
 * What Jupyter's stop button aborts: the signal of the notebook's cell that runs, undefined outside the project's
 * kernel. Long work that was given no signal takes this one, so that every training can be stopped. Who asks for it has
 * to listen: the kernel then leaves it some seconds to end by itself.
 */
export function cellSignal(): AbortSignal | undefined {
  return cell()?.signal;
}

/** Calls back when the notebook's cell that runs has been stopped or has failed; never outside the project's kernel. */
export function onCellFailure(listener: (how: "stopped" | "failed") => void): void {
  const failure = cell()?.failure;
  failure?.addEventListener("abort", () => listener(failure.reason), { once: true });
}

function cell(): { signal: AbortSignal; failure: AbortSignal } | undefined {
  return (globalThis as { [CELL]?: { signal: AbortSignal; failure: AbortSignal } })[CELL];
}

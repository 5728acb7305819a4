// The stop button. tslab alone ends the cell and lets its work go on behind it. Here each cell has an AbortSignal: work
// that asks for it, as all trainings of the library do, is stopped and ends the cell by itself; what doesn't ask is
// left behind as tslab does.
const CELL = Symbol.for("dms-ntm.cell"); // lib/src/support/cell-signal.ts looks here
const PATIENCE = 5000; // milliseconds until a cell is ended that was asked to stop and goes on

/** Gives each cell that the executor runs a signal, and listens to SIGINT. */
function stoppable(executor) {
  let running = null;
  const { execute } = executor;
  executor.execute = async (source) => {
    const controller = new AbortController();
    const failure = new AbortController();
    const cell = { asked: false, controller, timer: null };
    running = cell;
    globalThis[CELL] = {
      get signal() {
        cell.asked = true;
        return controller.signal;
      },
      failure: failure.signal,
    };
    try {
      const succeeded = await execute(source);
      if (!succeeded) failure.abort(controller.signal.aborted ? "stopped" : "failed");
      return succeeded;
    } finally {
      clearTimeout(cell.timer);
      if (running === cell) running = null;
    }
  };
  // while no await lets a listener run, Node itself ends the cell's script
  executor.stopped = () => running?.controller.abort(Object.assign(new Error("stopped"), { name: "AbortError" }));
  process.on("SIGINT", () => {
    const cell = running;
    if (!cell) return;
    const again = cell.controller.signal.aborted;
    executor.stopped();
    if (again || !cell.asked) executor.interrupt();
    else cell.timer = setTimeout(() => executor.interrupt(), PATIENCE);
  });
  return executor;
}

module.exports = { stoppable };

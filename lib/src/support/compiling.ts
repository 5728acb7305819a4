import { setTimeout as later } from "node:timers/promises";

/** Told when a program is compiled: nothing else runs meanwhile, no timer and no stop button. */
export interface CompilingView {
  /** @param seconds that it takes, roughly */
  begins(seconds: number): void;
  ends(): void;
}

const views: CompilingView[] = [];
let fallback: CompilingView | undefined;

/** Shows compiling in a view, the latest of those that are there. @returns takes it away */
export function showCompiling(view: CompilingView): () => void {
  views.push(view);
  return () => {
    const at = views.indexOf(view);
    if (at >= 0) views.splice(at, 1);
  };
}

/** What shows compiling where no view is there. */
export function showCompilingElsewhere(view: CompilingView): void {
  fallback = view;
}

/** Says that a process of this one's compiles. */
export function compilesElsewhere(seconds: number): void {
  views.at(-1)?.begins(seconds);
}

/** Below this nobody wonders, seconds. */
const SHORT = 1;
/** Until the message has left the process, milliseconds: a notebook's are sent by a thread that is woken once more. */
const SENT = 50;

/**
 * Makes a call that compiles first; says so before, if that takes long.
 *
 * @param seconds that it takes, roughly; 0: it is compiled
 */
export async function sayingCompiling<T>(seconds: number, call: () => T): Promise<T> {
  const view = seconds < SHORT ? undefined : (views.at(-1) ?? fallback);
  if (!view) return call();
  view.begins(seconds);
  await later(SENT);
  try {
    return call();
  } finally {
    view.ends();
  }
}

import type { Sample, Task } from "../../src/tasks/index.js";

/** A sample as rows of numbers: what came in at each step, and the answer, or undefined where none is due. */
export interface Rows {
  x: number[][];
  answers: (number[] | undefined)[];
}

export function rowsOf({ inputs, outputs }: Task, { x, targets, mask, steps }: Sample): Rows {
  const row = (values: Float32Array, size: number, step: number) =>
    Array.from(values.slice(step * size, (step + 1) * size));
  const all = Array.from({ length: steps }, (_, step) => step);
  return {
    x: all.map((step) => row(x, inputs, step)),
    answers: all.map((step) => (mask[step] === 1 ? row(targets, outputs, step) : undefined)),
  };
}

const flagged = (x: number[][], channel: number) => x.flatMap((row, step) => (row[channel] !== 0 ? [step] : []));

/** What was shown between the start and the end mark, and the rest of the sequence. */
function stored(x: number[][], width: number) {
  const [start, end] = [flagged(x, width), flagged(x, width + 1)];
  if (start.join() !== "0" || end.length !== 1) throw new Error(`start at ${start}, end at ${end}`);
  return { vectors: x.slice(1, end[0]).map((row) => row.slice(0, width)), after: end[0]! + 1 };
}

const nothing = (count: number) => new Array<undefined>(count).fill(undefined);

/**
 * Each task's answers, worked out from the inputs alone: what a reader of the task's description would do with pencil
 * and paper.
 * @returns an answer or undefined for each step
 */
export const oracles: Record<string, (x: number[][]) => (number[] | undefined)[]> = {
  copy(x) {
    const { vectors, after } = stored(x, 8);
    return [...nothing(after), ...vectors];
  },
  "repeat-copy"(x) {
    const { vectors, after } = stored(x, 8);
    // counts from 1 to 10: mean 5.5, variance (10^2 - 1) / 12
    const times = Math.round(x[after - 1]![10]! * Math.sqrt(99 / 12) + 5.5);
    const answers = Array.from({ length: times }, () => vectors.map((vector) => [...vector, 0])).flat();
    return [...nothing(after), ...answers, [0, 0, 0, 0, 0, 0, 0, 0, 1]];
  },
  "associative-recall"(x) {
    const [from, to] = flagged(x, 7);
    const items = flagged(x, 6).map((mark) => x.slice(mark + 1, mark + 4).map((row) => row.slice(0, 6)));
    const query = x.slice(from! + 1, to).map((row) => row.slice(0, 6));
    const same = items.flatMap((item, i) => (JSON.stringify(item) === JSON.stringify(query) ? [i] : []));
    if (same.length !== 1) throw new Error(`the query is ${same.length} times in the list`);
    return [...nothing(to! + 1), ...items[same[0]! + 1]!];
  },
  "priority-sort"(x) {
    const { vectors, after } = stored(x, 8);
    const left = vectors.map((vector, i) => ({ vector, priority: x[1 + i]![10]! }));
    const answers: number[][] = [];
    for (let n = Math.max(1, Math.round((16 / 20) * vectors.length)); n > 0; n--) {
      const best = left.reduce((a, b) => (b.priority > a.priority ? b : a));
      answers.push(best.vector);
      left.splice(left.indexOf(best), 1);
    }
    return [...nothing(after), ...answers];
  },
  "jump-recall"(x) {
    const { vectors, after } = stored(x, 8);
    const answers: (number[] | undefined)[] = nothing(x.length);
    let place = vectors.length;
    for (let step = after; step < x.length; step++) {
      if (x[step]![10] !== 1) continue;
      place += Math.round(x[step]![11]! * 20);
      answers[step + 1] = vectors[place]!;
    }
    return answers;
  },
  "strided-reverse"(x) {
    const { vectors, after } = stored(x, 8);
    return [...nothing(after), ...vectors.reverse().filter((_, i) => i % 3 === 0)];
  },
};

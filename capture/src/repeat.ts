import { Graph, type Value } from "./graph.js";
import { reservedLists } from "./hoist.js";
import { attr, DataType } from "./proto.js";
import { Copier } from "./scan/copy.js";
import { addLoop, advance, list, rowOf } from "./scan/loop.js";

/**
 * How a program's inputs and outputs are used when it runs several times in a row. Inputs that occur in neither list
 * are the same every time.
 */
export interface Repetition {
  /** how many times at most */
  capacity: number;
  /** an output that is the next time's input: [output, input], by position */
  carried: readonly (readonly [number, number])[];
  /** whether the steps use one another's lists, see `reservedLists` */
  shareLists: boolean;
  /** inputs that have a value for each time: they get a first axis of `capacity` */
  rows: readonly number[];
}

/**
 * A program that runs another one several times in one call. After the inputs of `step` it has one more, an int32
 * scalar: how many times, at most `capacity`. Its outputs are those of `step`: the carried ones as they are in the end,
 * the others stacked, [capacity, ...], with zeros where nothing ran.
 *
 * @param step a recorded program; it stays as it is
 */
export function repeat(step: Graph, { capacity, carried, rows, shareLists }: Repetition): Graph {
  const graph = new Graph(step);
  const inputs = step.inputs.map((value, i) =>
    graph.input(rows.includes(i) ? { ...value, shape: [capacity, ...value.shape] } : value),
  );
  const times = graph.input({ shape: [], dtype: "int32" });
  const one = step.needsOne ? [graph.unknownOne()] : [];
  const stacked = step.outputs.map((_, i) => i).filter((i) => !carried.some(([output]) => output === i));
  const lists = stacked.map((i) => list.reserve(graph, capacity, step.outputs[i]!));
  const shared = shareLists ? reservedLists(step) : [];
  const reserve = new Copier(graph, new Map());

  const ended = addLoop(
    graph,
    "repeat",
    [graph.ints(0), times, ...inputs, ...one, ...lists, ...shared.map(({ reserved }) => reserve.copy(reserved))],
    (body, [counter, limit]) => body.one("Less", [counter!, limit!], { T: attr.type(DataType.int32) }, [], "bool"),
    (body, [counter, limit, ...rest]) => {
      const given = rest.slice(0, inputs.length);
      const known = new Map<Value, Value>(
        step.ports.map((value, i) => [value, rows.includes(i) ? rowOf(body, rest[i]!, counter!) : rest[i]!]),
      );
      const listsAt = inputs.length + one.length;
      const sharedAt = listsAt + lists.length;
      shared.forEach(({ reserved }, i) => known.set(reserved, rest[sharedAt + i]!));
      const copier = new Copier(body, known);
      const next = [...given];
      for (const [output, input] of carried) next[input] = copier.copy(step.outputs[output]!);
      return [
        advance(body, counter!, 1),
        limit!,
        ...next,
        ...rest.slice(inputs.length, listsAt),
        ...stacked.map((i, k) => list.set(body, rest[listsAt + k]!, counter!, copier.copy(step.outputs[i]!))),
        ...shared.map(({ last }) => copier.copy(last)),
      ];
    },
  );
  step.outputs.forEach((value, i) => {
    const pair = carried.find(([output]) => output === i);
    const at = stacked.indexOf(i);
    graph.outputs.push(
      pair ? ended[2 + pair[1]]! : list.stack(graph, ended[2 + inputs.length + one.length + at]!, capacity, value),
    );
  });
  return graph;
}

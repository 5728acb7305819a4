import { compare, rowOf } from "./build.js";
import { Copier, Graph, type Node, type Value } from "./graph.js";
import { addLoop, advance, list } from "./scan/loop.js";

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
  const inputOf = new Map(carried);
  const stacked = step.outputs.filter((_, i) => !inputOf.has(i));
  const lists = stacked.map((output) => list.reserve(graph, capacity, output));
  const shared = shareLists ? reservedLists(step) : [];
  const reserve = new Copier(graph, new Map());

  const ended = addLoop(
    graph,
    "repeat",
    {
      counter: [graph.ints(0)],
      times: [times],
      inputs,
      one,
      lists,
      shared: shared.map(({ reserved }) => reserve.copy(reserved)),
    },
    (body, { counter, times }) => compare(body, "Less", counter[0]!, times[0]!),
    (body, { counter: [counter], times, inputs, one, lists, shared: handles }) => {
      const given = [...inputs, ...one];
      const known = new Map<Value, Value>(
        step.ports.map((value, i) => [value, rows.includes(i) ? rowOf(body, given[i]!, counter!) : given[i]!]),
      );
      shared.forEach(({ reserved }, i) => void known.set(reserved, handles[i]!));
      const copier = new Copier(body, known);
      const next = [...inputs];
      for (const [output, input] of carried) next[input] = copier.copy(step.outputs[output]!);
      return {
        counter: [advance(body, counter!, 1)],
        times,
        inputs: next,
        one,
        lists: stacked.map((output, i) => list.set(body, lists[i]!, counter!, copier.copy(output))),
        shared: shared.map(({ last }) => copier.copy(last)),
      };
    },
  );
  const remaining = [...ended.lists];
  step.outputs.forEach((value, i) => {
    const input = inputOf.get(i);
    const output = input === undefined ? list.stack(graph, remaining.shift()!, capacity, value) : ended.inputs[input]!;
    graph.outputs.push(output);
  });
  return graph;
}

/**
 * The lists that a program reserves and hands from loop to loop, and what each is in the end. XLA fills a reserved list
 * with zeros, store by store, though the loop will write every item; where a program runs several times, one run can
 * hand its lists on to the next instead.
 */
function reservedLists(program: Graph): { reserved: Value; last: Value }[] {
  const nodes = program.live();
  const users = new Map<Value, { node: Node; at: number }[]>();
  for (const node of nodes) {
    node.inputs.forEach((input, at) => {
      const known = users.get(input) ?? [];
      known.push({ node, at });
      users.set(input, known);
    });
  }
  const loopsOf = (value: Value) => (users.get(value) ?? []).filter(({ node }) => node.op === "StatelessWhile");
  const lists = nodes.filter((node) => node.op === "TensorListReserve").map((node) => node.outputs[0]!);
  return lists.flatMap((reserved) => {
    let last = reserved;
    for (let uses = loopsOf(last); uses.length > 0; uses = loopsOf(last)) {
      // in two loops at once it couldn't be written in place
      if (uses.length > 1) return [];
      last = uses[0]!.node.outputs[uses[0]!.at]!;
    }
    return last === reserved ? [] : [{ reserved, last }];
  });
}

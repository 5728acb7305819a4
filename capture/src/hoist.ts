import type { Graph, Node, Value } from "./graph.js";

/** A list that a program reserves, and the value that it is in the end. */
export interface ReservedList {
  reserved: Value;
  last: Value;
}

/**
 * The lists that a program reserves and hands from loop to loop. XLA fills a reserved list with zeros, store by store,
 * though the loop will write every item; where a program runs several times, one run can hand its lists on to the next
 * instead.
 */
export function reservedLists(program: Graph): ReservedList[] {
  const nodes = program.live();
  const users = new Map<Value, { node: Node; at: number }[]>();
  for (const node of nodes) {
    node.inputs.forEach((input, at) => {
      const known = users.get(input) ?? [];
      known.push({ node, at });
      users.set(input, known);
    });
  }
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

  function loopsOf(value: Value) {
    return (users.get(value) ?? []).filter(({ node }) => node.op === "StatelessWhile");
  }
}

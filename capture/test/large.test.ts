import "./environment.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { unary } from "../src/build.js";
import { emit } from "../src/emit.js";
import { Graph } from "../src/graph.js";
import { record } from "../src/record.js";
import { tf } from "../src/tensorflow.js";

test("a graph of more nodes than a call has arguments is written", () => {
  const graph = new Graph();
  let value = graph.input({ shape: [], dtype: "float32" });
  for (let i = 0; i < 200_000; i++) value = unary(graph, "Neg", value);
  graph.outputs.push(value);
  assert.equal(emit(graph, "graph").ops, 200_001);
});

test("a large constant is copied as bytes, not number by number", () => {
  const mega = 2 ** 20;
  const large = tf.zeros([4 * mega]);
  const before = process.memoryUsage().heapUsed;
  const { graph } = record([], () => [tf.reshape(large, [2, -1])], "graph");
  const grown = process.memoryUsage().heapUsed - before;
  assert.equal(graph.nodes.find(({ data }) => data?.length === 16 * mega)?.op, "Const");
  // the bytes themselves lie outside of the heap
  assert.ok(grown < 64 * mega, `${(grown / mega).toFixed(0)} MB of heap for a constant of 16 MB`);
});

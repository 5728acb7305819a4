import { readFileSync } from "node:fs";
import { join } from "node:path";

type Matrix = number[][];
type Head = Record<string, Matrix>;

/** One parity case: everything a float64 PyTorch reference computed. Weight matrices are [out, in]. */
export interface ParityCase {
  kind: "gru" | "ntm" | "dms";
  dims: { batch: number; steps: number; slots: number; width: number; hidden: number; classes: number };
  initial: { memory: number[][][]; read_weights: Matrix; write_weights: Matrix } | null;
  params: Record<string, Matrix | number[]>;
  x: Matrix;
  labels: number[];
  logits: Matrix;
  loss: number;
  grads: Record<string, Matrix | number[]>;
  trace?: { read: Head; write: Head; read_vector: Matrix; memory: number[][][] }[];
}

/** Fixtures are data: they stay in the source tree, four folders above the compiled test. */
export function parityCase(name: string): ParityCase {
  return JSON.parse(readFileSync(join(__dirname, "../../../test/models/fixtures", `${name}.json`), "utf8"));
}

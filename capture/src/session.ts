import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tensor } from "@tensorflow/tfjs-node";
import { type NodeBackend, nodeBackend, type OpInput, type TensorLike } from "./backend.js";
import { type CompileMode, emit } from "./emit.js";
import { CaptureError } from "./error.js";
import type { Graph } from "./graph.js";
import { beforeXla, isKept, withKept } from "./kept-files.js";
import { TAG } from "./proto.js";
import { alive } from "./support/alive.js";
import { notWritten } from "./support/not-written.js";
import { tf } from "./tensorflow.js";

const PREFIX = "dms-ntm-capture-";

/** What XLA takes for a node of a graph: at first as on two cores at 2.5 GHz, then as it was the last time. */
let secondsAnOp = 0.003;

/** A graph loaded into TensorFlow. */
export class Session {
  readonly ops: number;
  private readonly backend: NodeBackend = nodeBackend();
  private readonly inputNames: string;
  private readonly outputNames: string;
  private readonly one: Tensor | undefined;
  private id: number | undefined;
  /** until XLA has compiled it, which it does at the first run */
  private uncompiled: Uint8Array | undefined;

  constructor(graph: Graph, mode: CompileMode) {
    const { model, inputs, outputs, ops, needsOne } = emit(graph, mode);
    this.ops = ops;
    this.inputNames = inputs.join(",");
    this.outputNames = outputs.join(",");
    if (mode === "xla") beforeXla();
    this.id = this.load(model);
    if (mode === "xla") this.uncompiled = model;
    this.one = needsOne ? tf.tidy(() => tf.keep(tf.scalar(1))) : undefined;
  }

  /** One native call: inputs and outputs in the order of the graph's ports. */
  run(inputs: readonly OpInput[]): TensorLike[] {
    if (this.id === undefined) throw new CaptureError("this captured function was disposed: capture it again");
    const ids = this.backend.getInputTensorIds((this.one ? [...inputs, this.one] : inputs) as OpInput[]);
    const call = () => told(() => this.backend.binding.runSavedModel(this.id!, ids, this.inputNames, this.outputNames));
    const model = this.uncompiled;
    const outputs = model === undefined ? call() : this.compile(model, call);
    return outputs.map((output) => this.backend.createOutputTensor(output));
  }

  /** Seconds, roughly, that the next run spends compiling; 0 when it is compiled, or the code is kept. */
  get secondsToCompile(): number {
    return this.uncompiled === undefined || isKept(this.uncompiled) ? 0 : this.ops * secondsAnOp;
  }

  private compile<T>(model: Uint8Array, run: () => T): T {
    const [start, fresh] = [performance.now(), !isKept(model)];
    const result = withKept(model, run, () => this.reload(model));
    if (fresh) secondsAnOp = (performance.now() - start) / 1000 / this.ops;
    this.uncompiled = undefined;
    return result;
  }

  private load(model: Uint8Array): number {
    const folder = written(model);
    try {
      return this.backend.binding.loadSavedModel(folder, TAG);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** A session remembers that it couldn't compile: a new one tries again. */
  private reload(model: Uint8Array): void {
    this.backend.binding.deleteSavedModel(this.id!);
    this.id = this.load(model);
  }

  dispose(): void {
    this.uncompiled = undefined;
    if (this.id !== undefined) this.backend.binding.deleteSavedModel(this.id);
    if (this.id !== undefined) this.one?.dispose();
    this.id = undefined;
  }
}

/** TensorFlow's own errors in one line: what was wrong with the values, without the graph's inner names. */
function told<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    const [line = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw new CaptureError(`captured function: TensorFlow says: ${line.replace(/\s*\[?\[?\{\{node.*/, "").trim()}`, {
      cause,
    });
  }
}

/**
 * TensorFlow takes a graph only as a folder on disk, and needs it no longer once it is loaded.
 *
 * @returns the folder
 * @throws UserError when it can't be written
 */
function written(model: Uint8Array): string {
  let folder: string | undefined;
  try {
    sweep();
    folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
    writeFileSync(join(folder, "saved_model.pb"), model);
    return folder;
  } catch (cause) {
    if (folder) rmSync(folder, { recursive: true, force: true });
    throw notWritten(tmpdir(), cause, "set TMPDIR to another folder");
  }
}

/** Removes folders that a killed process left: their names hold its process number. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Number.isNaN(pid) || pid === process.pid || alive(pid)) continue;
    const folder = join(tmpdir(), name);
    try {
      // a young folder may belong to a live process of another container that shares this /tmp
      if (Date.now() - statSync(folder).mtimeMs > 60_000) rmSync(folder, { recursive: true, force: true });
    } catch {
      // another user's: theirs to remove
    }
  }
}

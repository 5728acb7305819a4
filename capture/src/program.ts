import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tensor } from "@tensorflow/tfjs-node";
import { type CompileMode, emit, TAG } from "./emit.js";
import { checkValues } from "./indices.js";
import { beforeXla, isKept, withKept } from "./keep-compiled.js";
import type { Recorded } from "./recorder.js";
import { alive, notWritten } from "./support/files.js";
import { CaptureError } from "./support/user-error.js";
import { nodeBackend, tf } from "./tensorflow.js";

const PREFIX = "dms-ntm-capture-";

/** What XLA takes for a node of a graph: at first as on two cores at 2.5 GHz, then as it was the last time. */
let secondsAnOp = 0.003;
/** With fewer nodes what XLA takes for any graph counts more. */
const TELLING = 200;

/** What a call of a program gives. */
export interface Outcome {
  /** what the recorded function returned */
  results: Tensor[];
  /** new values of the variables that it writes, in the order of `writes` */
  written: Tensor[];
}

/** A recorded function, loaded into TensorFlow: its inputs are followed by the variables that it reads. */
export class Program {
  readonly ops: number;
  private readonly backend = nodeBackend();
  private readonly inputNames: string;
  private readonly outputNames: string;
  /** what a graph has as `unknownOne` */
  private readonly one: Tensor[];
  /** TensorFlow's number of it */
  private id: number;
  /** until XLA has compiled it, which it does at the first run */
  private uncompiled: Uint8Array | undefined;

  /**
   * @param recorded the function
   * @param mode how it is compiled
   * @param graph to compile instead of the recorded one: one that repeats it, with the same order of outputs
   */
  constructor(
    private readonly recorded: Recorded,
    mode: CompileMode,
    graph = recorded.graph,
  ) {
    const { model, inputs, outputs, ops } = emit(graph, mode);
    this.ops = ops;
    this.inputNames = inputs.join(",");
    this.outputNames = outputs.join(",");
    if (mode === "xla") beforeXla();
    this.id = this.load(model);
    if (mode === "xla") this.uncompiled = model;
    this.one = graph.needsOne ? [tf.tidy(() => tf.keep(tf.scalar(1)))] : [];
  }

  /** Seconds, roughly, that the next run spends compiling; 0 when it is compiled, or the code is kept. */
  get secondsToCompile(): number {
    return this.uncompiled === undefined || isKept(this.uncompiled) ? 0 : this.ops * secondsAnOp;
  }

  /**
   * One native call. It assigns nothing; the caller disposes what it gives.
   *
   * @param inputs those of the function
   * @param more inputs of the graph behind the variables
   * @param times how often a graph that repeats the function runs it: what is checked has a row for each time
   * @throws CaptureError when a variable that it reads was disposed, or an index is out of range
   */
  run(inputs: readonly Tensor[], more: readonly Tensor[] = [], times?: number): Outcome {
    const { reads, writes, checks } = this.recorded;
    for (const { isDisposed, name } of reads) {
      if (isDisposed)
        throw new CaptureError(`captured function: the variable ${name}, which it reads, was disposed: keep it`);
    }
    const outputs = this.call([...inputs, ...reads, ...more, ...this.one]);
    const bounds = outputs.splice(outputs.length - checks.length);
    const written = outputs.splice(outputs.length - writes.length);
    try {
      checks.forEach((check, i) => {
        const values = bounds[i]!.dataSync<"int32">();
        const size = times === undefined ? values.length : values.length / bounds[i]!.shape[0]!;
        for (let time = 0; time < (times ?? 1); time++)
          checkValues(check, values.subarray(time * size, (time + 1) * size));
      });
    } catch (error) {
      tf.dispose([...outputs, ...written]);
      throw error;
    } finally {
      tf.dispose(bounds);
    }
    return { results: outputs, written };
  }

  /** Assigns what a call has written, and disposes it. */
  write({ written }: Outcome): void {
    this.recorded.writes.forEach((variable, i) => void variable.assign(written[i]! as never));
    tf.dispose(written);
  }

  /** To be called once; nothing runs afterwards. */
  dispose(): void {
    this.backend.binding.deleteSavedModel(this.id);
    tf.dispose(this.one);
  }

  private call(inputs: readonly Tensor[]): Tensor[] {
    // another backend's tensors are none of TensorFlow's
    nodeBackend();
    const ids = this.backend.getInputTensorIds(inputs);
    const run = () => told(() => this.backend.binding.runSavedModel(this.id, ids, this.inputNames, this.outputNames));
    const outputs = this.uncompiled === undefined ? run() : this.compile(this.uncompiled, run);
    return outputs.map((output) => this.backend.createOutputTensor(output) as Tensor);
  }

  private compile<T>(model: Uint8Array, run: () => T): T {
    const [start, fresh] = [performance.now(), !isKept(model)];
    const result = withKept(model, run, () => {
      // TensorFlow remembers that it couldn't compile: loaded anew, it tries again
      this.backend.binding.deleteSavedModel(this.id);
      this.id = this.load(model);
    });
    if (fresh && this.ops >= TELLING) secondsAnOp = (performance.now() - start) / 1000 / this.ops;
    this.uncompiled = undefined;
    return result;
  }

  private load(model: Uint8Array): number {
    const folder = written(model);
    try {
      return told(() => this.backend.binding.loadSavedModel(folder, TAG));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** TensorFlow's own errors in one line: what was wrong with the values, without the graph's inner names. */
function told<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    const [line = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    const lacks = /on XLA_CPU_JIT: (\w+)|with op (\w+) must be a compile-time constant/.exec(line);
    if (lacks)
      throw new CaptureError(
        `captured function: XLA can't compile TensorFlow's ${lacks[1] ?? lacks[2]} here: use { compile: "graph" }`,
        { cause },
      );
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

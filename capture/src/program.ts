import type { Tensor } from "@tensorflow/tfjs-node";
import type { OpInput } from "./backend.js";
import type { CompileMode } from "./emit.js";
import { CaptureError } from "./error.js";
import type { Graph } from "./graph.js";
import { activeRecorder, type Recorded } from "./recorder.js";
import { Session } from "./session.js";
import { tf } from "./tensorflow.js";

/** What a call of a program gives. */
export interface Outcome {
  /** what the recorded function returned */
  results: Tensor[];
  /** new values of the variables that it writes, in the order of `writes` */
  written: Tensor[];
}

/** A recorded function, compiled: its inputs are followed by the variables that it reads. */
export class Program {
  private readonly session: Session;

  /**
   * @param recorded the function
   * @param mode how it is compiled
   * @param graph to compile instead of the recorded one: one that repeats it, with the same order of outputs
   */
  constructor(
    private readonly recorded: Recorded,
    mode: CompileMode,
    graph: Graph = recorded.graph,
  ) {
    this.session = new Session(graph, mode);
  }

  get ops(): number {
    return this.session.ops;
  }

  /** Seconds, roughly, that the next run spends compiling. */
  get secondsToCompile(): number {
    return this.session.secondsToCompile;
  }

  /**
   * One native call. It assigns nothing; the caller disposes what it gives.
   *
   * @param inputs those of the function
   * @param more inputs of the graph behind the variables
   * @throws CaptureError when a variable that it reads was disposed, an index is out of range, or another function is
   *   being recorded
   */
  run(inputs: readonly Tensor[], more: readonly Tensor[] = []): Outcome {
    if (activeRecorder())
      throw new CaptureError(
        "capture: a compiled training step can't run inside a captured function, it would run once: call it outside",
      );
    const { reads, writes, checks } = this.recorded;
    for (const { isDisposed, name } of reads) {
      if (isDisposed)
        throw new CaptureError(`captured function: the variable ${name}, which it reads, was disposed: keep it`);
    }
    const outputs = this.session.run([...inputs, ...reads, ...more] as unknown as OpInput[]) as unknown as Tensor[];
    const bounds = outputs.splice(outputs.length - checks.length);
    const written = outputs.splice(outputs.length - writes.length);
    try {
      checks.forEach(({ op, size }, i) => void checkRange(op, size, bounds[i]!));
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

  dispose(): void {
    this.session.dispose();
  }
}

function checkRange(op: string, size: number, indices: Tensor): void {
  const wrong = indices.dataSync<"int32">().find((index) => index < 0 || index >= size);
  if (wrong !== undefined)
    throw new CaptureError(
      `captured function: ${op} is asked for item ${wrong} of ${size}: indices go from 0 to ${size - 1}`,
    );
}

import type { Tensor } from "@tensorflow/tfjs-node";
import { show } from "../support/user-error.js";
import { tf } from "../tensorflow/tf.js";
import type { OpInput } from "./backend.js";
import type { CompileMode } from "./emit.js";
import { CaptureError } from "./error.js";
import { record } from "./recorder.js";
import { Session } from "./session.js";

/** A function of tensors as one compiled graph. */
export interface Captured<Out extends Tensor | Tensor[]> {
  /**
   * Runs the compiled graph: one native call.
   *
   * @param inputs as many tensors as the example inputs, of the same shapes and types
   * @returns new tensors in the form in which the captured function returned them; the caller disposes them (or a `tf.tidy` does)
   * @throws CaptureError when an input has another shape or type, or was disposed
   */
  (...inputs: Tensor[]): Out;
  /** number of TensorFlow nodes in the graph */
  readonly ops: number;
  /** Frees the native graph; a later call is an error. */
  dispose(): void;
}

/** How a graph is compiled. */
export interface CaptureOptions {
  /**
   * "graph" (the default) runs the ops one by one in TensorFlow's executor and starts at once; "xla" compiles them into fused machine code at
   * the first call, which takes about a second or more and pays for hundreds of calls
   */
  compile?: CompileMode;
}

/**
 * Captures a function of tensors: runs it once, eagerly, records the TensorFlow operations, and compiles them into one graph. Gradients
 * taken inside (`tf.grads`, `tf.variableGrads`) are recorded like anything else, so a whole training step can be captured.
 *
 * @param fn pure function of tensors. Tensors from outside that it uses are copied into the graph as constants.
 * @param exampleInputs tensors whose shapes and types the graph is made for; their values are used for the one eager run
 * @returns the function as a graph, for inputs of the example inputs' shapes and types; free it by its `dispose`
 * @throws CaptureError when `fn` reads a value (`dataSync`, `data`, `array`, `print`), draws random numbers or uses what can't be recorded
 *
 * @example
 * const step = await capture((x: tf.Tensor) => tf.tanh(tf.matMul(x, w)), [tf.zeros([64, 20])]);
 * const y = step(batch);
 */
export async function capture<Out extends Tensor | Tensor[]>(
  fn: (...inputs: Tensor[]) => Out,
  exampleInputs: readonly Tensor[],
  options: CaptureOptions = {},
): Promise<Captured<Out>> {
  checkCapture(fn, exampleInputs, options);
  const signature = exampleInputs.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
  // copies have values of their own, so that inputs that are clones of each other are told apart
  const examples = exampleInputs.map((tensor) => tf.tensor(tensor.dataSync().slice(), tensor.shape, tensor.dtype));
  const mode = options.compile ?? "graph";
  let single = false;
  let session: Session;
  try {
    const run = () => {
      const out: Tensor | Tensor[] = fn(...examples);
      if (out instanceof Promise)
        throw new CaptureError("capture: the function is async: capture one that returns tensors, not a promise");
      single = !Array.isArray(out);
      return Array.isArray(out) ? out : [out];
    };
    session = new Session(record(examples, run, mode), mode);
  } finally {
    tf.dispose(examples);
  }
  const run = (...inputs: Tensor[]): Out => {
    checkInputs(inputs, signature);
    const outputs = session.run(inputs as unknown as OpInput[]) as unknown as Tensor[];
    return (single ? outputs[0] : outputs) as Out;
  };
  return Object.assign(run, { ops: session.ops, dispose: () => session.dispose() });
}

function checkCapture(fn: unknown, inputs: unknown, options: unknown): void {
  if (typeof fn !== "function") throw new CaptureError(`capture: what to capture is ${show(fn)}, expected a function`);
  if (!Array.isArray(inputs))
    throw new CaptureError(`capture: example inputs are ${show(inputs)}, expected an array of tensors, e.g. [x]`);
  const odd = inputs.findIndex((input) => !(input instanceof tf.Tensor));
  if (odd >= 0) throw new CaptureError(`capture: example input ${odd} is ${show(inputs[odd])}, expected a tensor`);
  if (typeof options !== "object" || options === null)
    throw new CaptureError(`capture: options are ${show(options)}, expected an object such as { compile: "xla" }`);
  const { compile = "graph", ...unknown } = options as CaptureOptions;
  if (Object.keys(unknown).length > 0)
    throw new CaptureError(`capture: options are ${show(options)}, expected no other key than compile`);
  if (compile !== "graph" && compile !== "xla")
    throw new CaptureError(`capture: compile is ${show(compile)}, expected "graph" or "xla"`);
}

/** @throws CaptureError naming the first input that doesn't fit */
export function checkInputs(inputs: readonly Tensor[], signature: readonly { shape: number[]; dtype: string }[]): void {
  if (inputs.length !== signature.length) {
    throw new CaptureError(`captured function: ${inputs.length} inputs were given, it was captured with ${signature.length}`);
  }
  for (let i = 0; i < signature.length; i++) {
    const input = inputs[i]!;
    const { shape, dtype } = signature[i]!;
    if (input.isDisposed) throw new CaptureError(`captured function: input ${i} was disposed: pass a live tensor`);
    if (input.dtype !== dtype || input.shape.length !== shape.length || shape.some((size, d) => input.shape[d] !== size)) {
      throw new CaptureError(
        `captured function: input ${i} is ${input.dtype} [${input.shape}], it was captured with ${dtype} [${shape}]: capture again for other shapes or types`,
      );
    }
  }
}

import type { Tensor } from "@tensorflow/tfjs-node";
import type { CompileMode } from "./emit.js";
import { dtypeName } from "./encode.js";
import { Program } from "./program.js";
import { RandomSource } from "./random/source.js";
import { NESTED, record } from "./record.js";
import { activeRecorder } from "./recorder.js";
import { CaptureError, checkWhole, refusePromise, show } from "./support/user-error.js";
import { ownCopy, tf, underGradient } from "./tensorflow.js";

/** A function of tensors as one compiled graph. */
export interface Captured<In extends Tensor[], Out extends Tensor | Tensor[]> {
  /**
   * Runs the compiled graph: one native call. Inside another capture, or under a gradient (`tf.grad`), the function
   * itself runs instead, so that it is recorded and differentiated.
   *
   * @param inputs as many tensors as the example inputs, of the same shapes and types
   * @returns new tensors in the form in which the captured function returned them; the caller disposes them (or a
   *   `tf.tidy` does)
   * @throws CaptureError when an input has another shape or type, or was disposed
   */
  (...inputs: In): Out;
  /** number of TensorFlow nodes in the graph */
  readonly ops: number;
  /** Frees the native graph; a later call is an error. */
  dispose(): void;
}

/** How a graph is compiled. */
export interface CaptureOptions {
  /**
   * "graph" (the default) runs the ops one by one in TensorFlow's executor and starts at once; "xla" compiles them into
   * fused machine code at the first call, which takes about a second or more and pays for hundreds of calls
   */
  compile?: CompileMode;
  /** of what random layers draw; their numbers are fresh at each call; default 0 */
  seed?: number;
}

/**
 * Captures a function of tensors: runs it once, eagerly, records the TensorFlow operations, and compiles them into one
 * graph. Gradients taken inside (`tf.grads`, `tf.variableGrads`) are recorded like anything else, so a whole training
 * step can be captured.
 *
 * Variables are the world's: those that the function reads have their present value at each call, those that it assigns
 * to (by `assign`, `optimizer.minimize`, batch normalisation) are assigned to at each call, and not by the recorded
 * run.
 *
 * @param fn function of tensors. Other tensors from outside that it uses are copied into the graph as constants. tfjs's
 *   dropout and noise layers draw anew at each call.
 * @param exampleInputs tensors whose shapes and types the graph is made for; their values are used for the one eager
 *   run
 * @returns the function as a graph, for inputs of the example inputs' shapes and types; free it by its `dispose`
 * @throws CaptureError when `fn` reads a value (`dataSync`, `data`, `array`, `print`), draws random numbers otherwise,
 *   makes variables, is async or uses what can't be recorded
 *
 * @example
 * const step = await capture((x: tf.Tensor) => tf.tanh(tf.matMul(x, w)), [tf.zeros([64, 20])]);
 * const y = step(batch);
 */
export async function capture<In extends Tensor[], Out extends Tensor | Tensor[]>(
  fn: (...inputs: In) => Out,
  exampleInputs: { readonly [K in keyof In]: Tensor },
  options: CaptureOptions = {},
): Promise<Captured<In, Out>> {
  const around = activeRecorder();
  if (around) return around.refuseLater(NESTED);
  checkCapture(fn, exampleInputs, options);
  const signature = exampleInputs.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
  // copies have values of their own, so that inputs that are clones of each other are told apart
  const examples = exampleInputs.map(ownCopy);
  const mode = options.compile ?? "graph";
  const random = new RandomSource(options.seed ?? 0);
  let single = false;
  let program: Program | undefined;
  const recorded = () => {
    const out: unknown = fn(...(examples as In));
    refusePromise(out, "capture: the function", CaptureError);
    single = !Array.isArray(out);
    if (Array.isArray(out) && out.length === 0)
      throw new CaptureError("capture: the function returns no tensor: return a tensor or an array of tensors");
    return (single ? [out] : out) as Tensor[];
  };
  try {
    program = new Program(record(examples, recorded, mode, random), mode);
  } catch (error) {
    random.dispose();
    throw error;
  } finally {
    tf.dispose(examples);
  }
  const run = (...inputs: In): Out => {
    checkInputs(inputs, signature);
    if (!program) throw new CaptureError("this captured function was disposed: capture it again");
    if (activeRecorder() || underGradient()) return fn(...inputs);
    const outcome = program.run(inputs);
    program.write(outcome);
    return (single ? outcome.results[0] : outcome.results) as Out;
  };
  const dispose = () => {
    program?.dispose();
    program = undefined;
    random.dispose();
  };
  return Object.assign(run, { ops: program.ops, dispose });
}

function checkCapture(fn: unknown, inputs: unknown, options: unknown): void {
  if (typeof fn !== "function") throw new CaptureError(`capture: what to capture is ${show(fn)}, expected a function`);
  if (!Array.isArray(inputs))
    throw new CaptureError(`capture: example inputs are ${show(inputs)}, expected an array of tensors, e.g. [x]`);
  const odd = inputs.findIndex((input) => !(input instanceof tf.Tensor));
  if (odd >= 0) throw new CaptureError(`capture: example input ${odd} is ${show(inputs[odd])}, expected a tensor`);
  inputs.forEach(({ isDisposed, dtype }: Tensor, i) => {
    if (isDisposed) throw new CaptureError(`capture: example input ${i} was disposed: pass a live tensor`);
    dtypeName(dtype, `input ${i}`);
  });
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new CaptureError(`capture: options are ${show(options)}, expected an object such as { compile: "xla" }`);
  const { compile = "graph", seed = 0, ...unknown } = options as CaptureOptions;
  if (Object.keys(unknown).length > 0)
    throw new CaptureError(`capture: options are ${show(options)}, expected no other keys than compile, seed`);
  checkWhole("capture: seed", seed, 0, 0x7fffffff);
  if (compile !== "graph" && compile !== "xla")
    throw new CaptureError(`capture: compile is ${show(compile)}, expected "graph" or "xla"`);
}

/** @throws CaptureError naming the first input that doesn't fit */
export function checkInputs(inputs: readonly Tensor[], signature: readonly { shape: number[]; dtype: string }[]): void {
  if (inputs.length !== signature.length) {
    throw new CaptureError(
      `captured function: ${inputs.length} inputs were given, it was captured with ${signature.length}`,
    );
  }
  for (let i = 0; i < signature.length; i++) {
    const input = inputs[i]!;
    const { shape, dtype } = signature[i]!;
    if (!(input instanceof tf.Tensor))
      throw new CaptureError(`captured function: input ${i} is ${show(input)}, expected a tensor, ${dtype} [${shape}]`);
    if (input.isDisposed) throw new CaptureError(`captured function: input ${i} was disposed: pass a live tensor`);
    if (
      input.dtype !== dtype ||
      input.shape.length !== shape.length ||
      shape.some((size, d) => input.shape[d] !== size)
    ) {
      throw new CaptureError(
        `captured function: input ${i} is ${input.dtype} [${input.shape}], it was captured with ${dtype} [${shape}]: capture again for other shapes or types`,
      );
    }
  }
}

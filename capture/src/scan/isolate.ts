import type { Tensor } from "@tensorflow/tfjs-node";
import { tf } from "../tensorflow.js";

interface TapeNode {
  inputs: Record<string, Tensor>;
  outputs: Tensor[];
  saved: Tensor[];
}

/** The parts of tfjs's engine that differentiation inside a recording needs; its types aren't exported. */
interface Engine {
  state: { activeTape: TapeNode[] | null; gradientDepth: number; kernelDepth: number };
  startTape(): void;
  endTape(): void;
  gradients(
    f: () => Tensor,
    xs: Tensor[],
    dy: null,
    allowNoGradients: boolean,
  ): { value: Tensor; grads: (Tensor | undefined)[] };
  runKernel(name: string, inputs: Record<string, Tensor>, attributes: object): Tensor[];
}

export const engine = () => tf.engine() as unknown as Engine;

/** Whether a gradient is being taken around here, so that what is computed now will be differentiated. */
export function underGradient(): boolean {
  return engine().state.gradientDepth > 0;
}

/** Runs `work` with a tape of its own: nothing that it does is differentiated by a gradient around it. */
export function isolated<T>(work: () => T): T {
  const { state } = engine();
  const outer = { activeTape: state.activeTape, gradientDepth: state.gradientDepth, kernelDepth: state.kernelDepth };
  Object.assign(state, { activeTape: null, gradientDepth: 0, kernelDepth: 0 });
  try {
    return work();
  } finally {
    Object.assign(state, outer);
  }
}

/**
 * The float tensors that `run` uses and hasn't made, other than `known`: those that a gradient may flow to from inside
 * it.
 */
export function leavesOf(run: () => void, known: readonly Tensor[]): Tensor[] {
  return isolated(() => {
    const tfjs = engine();
    tfjs.startTape();
    run();
    const tape = tfjs.state.activeTape ?? [];
    tfjs.endTape();
    const made = new Set(tape.flatMap((node) => node.outputs.map((tensor) => tensor.id)));
    const seen = new Set(known.map((tensor) => tensor.id));
    const leaves: Tensor[] = [];
    for (const tensor of tape.flatMap((node) => Object.values(node.inputs))) {
      if (made.has(tensor.id) || seen.has(tensor.id) || tensor.dtype !== "float32") continue;
      seen.add(tensor.id);
      leaves.push(tensor);
    }
    for (const node of tape) for (const tensor of node.saved) tensor.dispose();
    return leaves;
  });
}

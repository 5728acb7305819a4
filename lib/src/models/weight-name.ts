/** Of a linear layer: what PyTorch calls its weights. */
export const LINEAR: Readonly<Record<string, string>> = { kernel: "weight", bias: "bias" };

/** "initialReadLogits" -> "initial_read_logits", "learnedShift1" -> "learned_shift_1" */
export function snake(name: string): string {
  return name.replace(/[A-Z]|\d+/g, (part) => `_${part.toLowerCase()}`);
}

/** A memory's weight in a state_dict: those of its linear layers go by the layer, "pushKernel" is "push.weight". */
export function weightName(own: string): string {
  const linear = /^(.+)(Kernel|Bias)$/.exec(own);
  return linear ? `${snake(linear[1]!)}.${LINEAR[linear[2]!.toLowerCase()]}` : snake(own);
}

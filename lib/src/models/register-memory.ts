import type { Tensor2D } from "@tensorflow/tfjs-node";
import { z } from "zod";
import type { Memory, MemoryTensors } from "../memory/index.js";
import { spread } from "../memory/shift/registry.js";
import { attempt } from "../support/attempt.js";
import { hasMethods, show, UserError } from "../support/user-error.js";
import { check, functionThat } from "../support/validate.js";
import { tf } from "../tensorflow/tf.js";
import { type LieAccessConfig, type MemoryConfig, memoryFrame, models } from "./config.js";
import { LayerKeys } from "./recurrent-layer.js";
import { weightName } from "./weight-name.js";

/** What the config of every model with a memory says, whatever the memory; on a task the task says the sizes. */
export type MemoryFrame = Pick<LieAccessConfig, "hidden" | "readout" | "controller" | "answers" | "steps"> &
  Partial<Pick<LieAccessConfig, "features" | "classes">>;

/** Names that come back from tfjs's model files, which have them in snake_case. */
const KEPT_NAME = /^[a-z][a-z0-9-]*([A-Z][a-z0-9-]+)*$/;

/** Of no keys at all zod says that every key is forbidden, those of the frame too. */
type OwnKeys<K extends z.ZodRawShape> = keyof K extends never ? unknown : z.input<z.ZodObject<K>>;

/**
 * Makes a memory of one's own known by its kind: `buildModel`, tasks, studies, records and saved models then take a
 * model config with this `kind`, the keys that all memory models have (steps, features, hidden, classes, answers,
 * readout, controller) and the memory's own. Registered again, as when a notebook's cell is run again, it is replaced.
 * Each process that builds such models has to register it first.
 *
 * @param keys zod schemas of the memory's own keys
 * @param make the memory of a config; it is tried out on a small batch each time
 * @returns makes a config of this kind, which is checked when a model is built
 * @throws UserError when the kind is built in, a key has the name of one that all memory models have, or a name isn't
 *   one that tfjs's model files keep
 *
 * @example
 * // holds what was said one step before
 * const delay = registerMemory("delay", { width: z.number().int() }, ({ width }) => ({
 *   kind: "delay",
 *   outputs: { value: width },
 *   reads: width,
 *   heads: { read: 1, write: 0 },
 *   start: (batch) => ({ value: tf.zeros<tf.Rank.R2>([batch, width]) }),
 *   step: (raw, { value }) => ({
 *     state: { value: raw },
 *     read: value,
 *     trace: { heads: { weights: tf.ones<tf.Rank.R3>([raw.shape[0], 1, 1]), parameters: {} } },
 *   }),
 *   contents: ({ value }) => tf.expandDims<tf.Tensor3D>(value, 1),
 * }));
 * const model = buildModel(delay({ features: 1, classes: 2, hidden: 8, width: 4 }), 0);
 */
export function registerMemory<K extends z.ZodRawShape, S extends MemoryTensors>(
  kind: string,
  keys: K,
  make: (config: z.output<z.ZodObject<K>>) => Memory<S>,
): (config: MemoryFrame & OwnKeys<K>) => MemoryConfig {
  check(functionThat("makes a memory of a config"), make, "registerMemory: make");
  const known = { kind, ...memoryFrame, ...LayerKeys };
  const taken = Object.keys(keys).find((key) => Object.hasOwn(known, key));
  if (taken !== undefined)
    throw new UserError(`registerMemory: all memory models have a key ${taken}, choose another name for yours`);
  const lost = [kind, ...Object.keys(keys)].find((name) => !KEPT_NAME.test(name));
  if (lost !== undefined)
    throw new UserError(
      `registerMemory: tfjs would save ${show(lost)} under another name, expected one such as "myMemory" or "my-memory"`,
    );
  // the kind comes first in records
  const all = { kind: z.literal(kind), ...memoryFrame, ...keys };
  models.add(kind, all, (config) => triedMemory(kind, make(config) as unknown as Memory));
  // as it is, since a task adds its sizes; the list of kinds that TypeScript knows is closed
  return (config) => ({ ...config, kind }) as never;
}

const [BATCH, STEPS, HIDDEN] = [2, 3, 4];

/** What controllers carry from step to step beside a memory. */
const CONTROLLERS_STATE = ["hidden", "cell", "readVector"];
const CONTROLLERS_WEIGHTS = ["kernel", "recurrentKernel", "bias", "recurrentBias"];

/** @param shape undefined where any size will do */
const hasShape = (tensor: unknown, shape: readonly (number | undefined)[]): boolean =>
  tensor instanceof tf.Tensor &&
  tensor.rank === shape.length &&
  shape.every((size, axis) => size === undefined || tensor.shape[axis] === size);
const shapeOf = (tensor: unknown): string => (tensor instanceof tf.Tensor ? `[${tensor.shape}]` : show(tensor));

/**
 * Tries a memory out for one step of a small batch, so that a mistake in it is told where it was made, not by an op far
 * away.
 *
 * @returns the memory
 * @throws UserError when a state changes its shape, what is read or a trace has another size than was said, or a value
 *   isn't finite
 */
function triedMemory(kind: string, memory: Memory): Memory {
  const called = `memory ${JSON.stringify(kind)}`;
  const wrong = (what: string): never => {
    throw new UserError(`${called}: ${what}`);
  };
  if (!hasMethods(memory, ["start", "step", "contents"]))
    wrong(`what makes it gives ${show(memory)}, expected a memory with start, step and contents`);
  const numbers = Object.values(memory.outputs ?? {});
  if (numbers.length === 0 || numbers.some((n) => !Number.isInteger(n) || n < 1))
    wrong(`outputs is ${JSON.stringify(memory.outputs)}, expected a whole number of at least 1 for each linear layer`);
  if (!Number.isInteger(memory.reads) || memory.reads < 1)
    wrong(`reads is ${memory.reads}, expected a whole number of at least 1`);
  const { read: readHeads, write: writeHeads } = memory.heads ?? {};
  if (![readHeads, writeHeads].every((n) => Number.isInteger(n) && n >= 0))
    wrong(`heads is ${show(memory.heads)}, expected how many there are, e.g. { read: 1, write: 1 }`);
  if (readHeads + writeHeads === 0) wrong("it has no heads, expected at least one: what reads is a head");
  for (const [layer, starts] of Object.entries(memory.starts ?? {}))
    for (const [index] of starts)
      if (!Number.isInteger(index) || index < 0 || index >= (memory.outputs[layer] ?? 0))
        wrong(`starts names number ${index} of ${layer}, which it hasn't`);
  const own = memory.learned?.(HIDDEN) ?? [];
  for (const { name, shape, values = [], size } of own) {
    const wanted = shape.reduce((a, b) => a * b, 1);
    const fits = size === undefined ? values.length === wanted && !values.includes(undefined) : values.length <= wanted;
    if (!fits) wrong(`${name} of shape [${shape}] starts with ${values.length} values, expected ${wanted} numbers`);
  }
  const layers = Object.keys(memory.outputs).flatMap((name) => [`${name}Kernel`, `${name}Bias`]);
  const named = [...CONTROLLERS_WEIGHTS, ...layers, ...own.map(({ name }) => name)];
  const twice = named.find((name, i) => named.indexOf(name) !== i);
  // in a state_dict, where the logits' weights are those of "output"
  const kept = [...layers, ...own.map(({ name }) => name)].map(weightName);
  const like = kept.find((name, i) => /^(controller|output)\./.test(name) || kept.indexOf(name) !== i);
  if (twice !== undefined) wrong(`two weights have the name ${twice}, its own or the controller's: choose another`);
  if (like !== undefined)
    wrong(`one of its weights is called ${like} in a file, as another one is: choose another name for its layer`);
  tf.tidy(() => {
    const weights = own.map(({ name, shape }) => [name, spread(shape)] as const);
    const learned = Object.fromEntries(weights);
    const outputs = numbers.reduce((a, b) => a + b);
    const before = attempt(`${called}: its start`, () => memory.start(BATCH, STEPS, learned));
    if (typeof (before ?? undefined) !== "object" || (before as unknown) instanceof tf.Tensor)
      wrong(`start gives ${show(before)}, expected tensors by name`);
    for (const [part, tensor] of Object.entries(before))
      if (!(tensor instanceof tf.Tensor) || tensor.shape[0] !== BATCH)
        wrong(`start gives ${part} of ${shapeOf(tensor)} for a batch of ${BATCH}, expected [${BATCH},...]`);
    const taken = CONTROLLERS_STATE.find((name) => Object.hasOwn(before, name));
    if (taken !== undefined) wrong(`its state has ${taken}, as the controller's has: choose another name`);
    const raw = spread([BATCH, outputs]) as Tensor2D;
    const after = attempt(`${called}: its step on raw outputs [${raw.shape}]`, () => memory.step(raw, before, learned));
    const { state, read, trace } = after ?? {};
    if (typeof (state ?? undefined) !== "object")
      wrong(`its step gives the state ${show(state)}, expected { state, read, trace }`);
    if (!hasShape(read, [BATCH, memory.reads]))
      wrong(`a step reads ${shapeOf(read)} in a batch of ${BATCH}, expected [${BATCH},${memory.reads}]`);
    const { weights: weightings, parameters } = trace?.heads ?? {};
    const ofHeads = { "heads.weights": weightings, ...parameters };
    for (const [name, tensor] of Object.entries(ofHeads))
      if (!hasShape(tensor, [BATCH, readHeads + writeHeads, undefined]))
        wrong(
          `its trace has ${name} ${shapeOf(tensor)}, expected [${BATCH},${readHeads + writeHeads},...], read heads first`,
        );
    for (const [name, tensor] of Object.entries(trace.slots ?? {}))
      if (!hasShape(tensor, [BATCH, undefined]))
        wrong(`its trace has slots.${name} ${shapeOf(tensor)}, expected [${BATCH},slots]`);
    const contents = attempt(`${called}: its contents`, () => memory.contents(state));
    if (!hasShape(contents, [BATCH, undefined, undefined]))
      wrong(`its contents are ${shapeOf(contents)}, expected [${BATCH},slots,width]`);
    for (const [name, tensor] of Object.entries(before)) {
      const next = state[name];
      if (!(next instanceof tf.Tensor)) wrong(`after a step its state lacks ${name}`);
      else if (next.shape.join() !== tensor.shape.join())
        wrong(`a step makes ${name} of shape [${tensor.shape}] one of [${next.shape}], expected the same shape`);
    }
    for (const [name, tensor] of [["what it reads", read] as const, ...Object.entries(state)]) {
      if (!(tensor instanceof tf.Tensor))
        wrong(`after a step its state has ${name} ${show(tensor)}, expected a tensor`);
      const bad = tensor.dataSync().find((value) => !Number.isFinite(value));
      if (bad !== undefined) wrong(`after a step ${name} holds ${bad}, expected finite numbers`);
    }
  });
  return memory;
}

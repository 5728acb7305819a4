import { readFileSync } from "node:fs";
import type { LayersModel } from "@tensorflow/tfjs-node";
import { z } from "zod";
import { buildModel, ModelConfig } from "../models/index.js";
import { writeAtomically } from "../support/files.js";
import { show, UserError } from "../support/user-error.js";
import { check, functionThat } from "../support/validate.js";
import { tf } from "../tensorflow/tf.js";
import { type Entry, entriesOf, modelConfigOf } from "./entries.js";
import { checkStateTensor, decodeSafetensors, encodeSafetensors, type StateDict } from "./safetensors.js";

/** How names differ on the other side. */
export interface NameOptions {
  /** of each name that comes in, the name that is meant; undefined leaves the tensor aside. Absent: names stay */
  rename?: (name: string) => string | undefined;
}

/**
 * A model's weights with the names and layouts of PyTorch's modules: matrices [outputs, inputs], a GRU's gates in the
 * order r, z, n, an LSTM's i, f, g, o. They load into
 *
 * - MLP: `nn.Sequential(nn.Linear(...), nn.ReLU(), ..., nn.Linear(...))`
 * - GRU, LSTM: `gru = nn.GRU(...)` or `lstm = nn.LSTM(...)`, `output = nn.Linear(...)` of the last hidden state
 * - BiGRU: `gru = nn.GRU(..., bidirectional=True)`, `output` of all steps' hidden states, flattened
 * - CNN: `conv1`, `conv2`, `conv3`, `output` of the flattened channels
 * - memory models: `controller = nn.GRUCell(...)` (or `nn.LSTMCell`, `nn.Linear`), `read`, `write` (the heads' linear
 *   layers), `output`, and what else is learned as parameters, e.g. `initial_memory` [slots, width]
 *
 * @param model as `buildModel` makes it
 * @param options `rename` gets the names above
 * @returns copies of the values, float32 in row-major order
 * @throws UserError when the model is another one
 */
export function toStateDict(model: LayersModel, options: NameOptions = {}): StateDict {
  const rename = renaming(options);
  const entries = entriesOf(model).flatMap(({ name, weight, layout: { from, axes, shape } }) => {
    const other = rename(name);
    if (other === undefined) return [];
    const data = tf.tidy(() => tf.transpose(tf.reshape(weight.read(), from), axes).dataSync<"float32">().slice());
    return [[other, { shape, data }] as const];
  });
  return byName(entries, (name) => `two weights of model ${model.name} would be called ${name}`);
}

/** @param twice what to say of a name that two have: one of them would be lost */
function byName<T>(entries: readonly (readonly [string, T])[], twice: (name: string) => string): Record<string, T> {
  const found = new Map<string, T>();
  for (const [name, value] of entries) {
    if (found.has(name)) throw new UserError(`${twice(name)}: give \`rename\` another name for one`);
    found.set(name, value);
  }
  return Object.fromEntries(found);
}

/**
 * Gives a model the weights of a state_dict, see `toStateDict`. Either all are taken over or, when one doesn't fit,
 * none.
 *
 * @param model as `buildModel` makes it
 * @param dict must have every weight of the model and no other
 * @param options `rename` gets the names of the dict
 * @throws UserError when names or shapes differ, a value isn't finite, or the model is another one
 *
 * @example
 * // a torch module that calls its nn.GRUCell "cell"
 * porting.fromStateDict(model, dict, { rename: (name) => name.replace("cell.", "controller.") });
 */
export function fromStateDict(model: LayersModel, dict: StateDict, options: NameOptions = {}): void {
  const rename = renaming(options);
  const entries = entriesOf(model);
  if (typeof dict !== "object" || dict === null)
    throw new UserError(`the state_dict is ${show(dict)}, expected tensors by name`);
  const renamed = Object.entries(dict).flatMap(([name, tensor]) => {
    const own = rename(name);
    return own === undefined ? [] : [[own, tensor] as const];
  });
  const given: StateDict = byName(renamed, (name) => `two tensors of the state_dict would be called ${name}`);
  checkNames(model, entries, Object.keys(given));
  for (const { name, layout } of entries) {
    const { shape, data } = checkStateTensor(name, given[name]);
    const expected = `expected [${layout.shape.join(", ")}] as in model ${model.name}`;
    if (shape.join() !== layout.shape.join())
      throw new UserError(`${name} has the shape [${shape.join(", ")}], ${expected}`);
    if (data.length !== layout.shape.reduce((a, b) => a * b, 1))
      throw new UserError(`${name} has ${data.length} values, ${expected}`);
    const odd = data.findIndex((value) => !Number.isFinite(value));
    if (odd >= 0) throw new UserError(`${name} has ${data[odd]} as its value ${odd}, expected finite numbers`);
  }
  tf.tidy(() => {
    for (const { name, weight, layout } of entries)
      weight.write(ownLayout(given[name]!.data, weight.shape as number[], layout));
  });
}

/** A weight from the values that PyTorch keeps of it. */
function ownLayout(data: Float32Array, shape: number[], { from, axes }: Entry["layout"]) {
  const theirs = tf.tensor(
    data,
    axes.map((axis) => from[axis]!),
  );
  const back = axes.map((_, axis) => axes.indexOf(axis));
  return tf.reshape(tf.transpose(theirs, back), shape);
}

const NameKeys = z.strictObject({
  rename: functionThat("gets a name and gives the other one, or undefined").optional(),
});

function renaming(options: NameOptions): (name: string) => string | undefined {
  check(NameKeys, options, "name options");
  return options.rename ?? ((name) => name);
}

function checkNames(model: LayersModel, entries: Entry[], given: string[]): void {
  const own = entries.map(({ name }) => name);
  const missing = own.filter((name) => !given.includes(name));
  const unknown = given.filter((name) => !own.includes(name));
  const parts = [
    ...(missing.length > 0 ? [`lacks ${listed(missing)}`] : []),
    ...(unknown.length > 0 ? [`has ${listed(unknown)}, which model ${model.name} hasn't`] : []),
  ];
  if (parts.length > 0) throw new UserError(`the state_dict ${parts.join(" and ")}: give \`rename\` if names differ`);
}

function listed(names: string[]): string {
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}

/** Name of the text in a file's metadata that holds the model's config as JSON. */
const CONFIG = "dms-ntm.config";

/**
 * Writes a model's weights to a safetensors file, named and laid out for PyTorch (see `toStateDict`), with the model's
 * config as metadata. In Python: `model.load_state_dict(safetensors.torch.load_file(path))`.
 *
 * @param path the file appears whole or not at all
 * @param model as `buildModel` makes it
 * @throws UserError when the model is another one, or the file can't be written
 */
export function saveSafetensors(path: string, model: LayersModel, options: NameOptions = {}): void {
  checkPath(path, "saveSafetensors(path, model)");
  const metadata = { [CONFIG]: JSON.stringify(modelConfigOf(model)) };
  writeAtomically(path, encodeSafetensors(toStateDict(model, options), metadata), "give another path");
}

/**
 * Reads weights from a safetensors file, e.g. one that `safetensors.torch.save_file(model.state_dict(), path)` wrote.
 *
 * @param model gets the weights; absent: a new model is built from the config that `saveSafetensors` puts into the file
 * @param options `rename` gets the names in the file
 * @returns the model
 * @throws UserError when the file can't be read or is damaged, its weights aren't the model's, or it has no config and
 *   no model is given
 *
 * @example
 * const model = buildModel({ kind: "gru", steps: 20, features: 1, hidden: 64, classes: 10 }, 0);
 * loadSafetensors("gru.safetensors", model, { rename: (name) => name.replace("out.", "output.") });
 */
export function loadSafetensors(path: string, model?: LayersModel, options: NameOptions = {}): LayersModel {
  checkPath(path, "loadSafetensors(path, model)");
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new UserError(`${path} can't be read: ${(cause as Error).message}`, { cause });
  }
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  if (model !== undefined) {
    fromStateDict(model, tensors, options);
    return model;
  }
  const built = buildModel(configIn(metadata, path), 0);
  try {
    fromStateDict(built, tensors, options);
  } catch (error) {
    built.dispose();
    throw error;
  }
  return built;
}

function checkPath(path: unknown, call: string): void {
  if (typeof path !== "string" || path === "")
    throw new UserError(`path is ${show(path)}, expected that of a file: ${call}`);
}

function configIn(metadata: Record<string, string>, path: string): ModelConfig {
  const text = metadata[CONFIG];
  if (text === undefined)
    throw new UserError(`${path} says nothing of its model: give a model of the same kind, see buildModel`);
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    throw new UserError(`${path}: ${CONFIG} is not JSON: give a model of the same kind, see buildModel`);
  }
  return check(ModelConfig, config, `${path}: model config`);
}

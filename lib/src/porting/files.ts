import { readFileSync } from "node:fs";
import type { LayersModel } from "@tensorflow/tfjs-node";
import { buildModel, ModelConfig } from "../models/index.js";
import { writeAtomically } from "../support/files.js";
import { show, UserError } from "../support/user-error.js";
import { check } from "../support/validate.js";
import { modelConfigOf } from "./config-of.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";
import { fromStateDict, type NameOptions, toStateDict } from "./state-dict.js";

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

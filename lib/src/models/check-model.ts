import type { LayersModel } from "@tensorflow/tfjs-node";
import { checkModel as checked } from "tfjs-capture/dist/src/training/check.js";

/** Checks that a model is one, and not its config. @throws UserError */
export function checkModel(model: unknown): asserts model is LayersModel {
  checked(model, "buildModel(config, seed) makes one of a config");
}

import type { LayersModel } from "@tensorflow/tfjs-node";
import type { HeadPosition } from "../figures/index.js";
import { UserError } from "../support/user-error.js";
import { shiftParameters } from "./shift-parameters.js";

/**
 * Where the heads of a Lie-access memory are in their plane while it reads one sequence, as `headPaths` draws it.
 *
 * @param model a model with a Lie-access memory, as `buildModel` makes it
 * @param sequence values of one sample, step after step
 * @returns a row a step and head
 * @throws UserError when its heads don't move in a plane
 */
export function headPositions(model: LayersModel, sequence: ArrayLike<number>): HeadPosition[] {
  const rows = shiftParameters(model, sequence).filter(({ parameter }) => parameter === "position");
  if (rows.length === 0)
    throw new UserError(`no head of ${model.name} moves in a plane: expected a memory of kind "lie-access"`);
  return rows.flatMap(({ step, head, part, value: x }, i) =>
    part === 0 ? [{ step, head, x, y: rows[i + 1]!.value }] : [],
  );
}

import type { LayersModel } from "@tensorflow/tfjs-node";
import type { ShiftShare } from "../figures/index.js";
import { UserError } from "../support/user-error.js";
import { shiftParameters } from "./shift-parameters.js";

/**
 * What the heads of a memory model give each component of their mixture of shifts while it reads one sequence, as
 * `shiftShares` draws it.
 *
 * @param model a model with a memory, as `buildModel` makes it
 * @param sequence values of one sample, step after step
 * @returns shares from 0 to 1, which sum to 1 over the components of each step and head
 * @throws UserError when none of the heads mixes shifts
 */
export function mixShares(model: LayersModel, sequence: ArrayLike<number>): ShiftShare[] {
  const rows = shiftParameters(model, sequence);
  const shares = rows.filter(({ parameter }) => parameter === "mix");
  if (shares.length === 0)
    throw new UserError(`no head of ${model.name} mixes shifts: expected a shift of kind "mixture"`);
  // a mixture's parameters come component by component
  const components = (head: string) => [
    ...new Set(
      rows.filter((row) => row.head === head && row.parameter.includes(".")).map((row) => row.parameter.split(".")[0]!),
    ),
  ];
  return shares.map(({ step, head, part, value }) => ({
    step,
    head,
    component: components(head)[part]!,
    share: value,
  }));
}

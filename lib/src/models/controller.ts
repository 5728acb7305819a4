import type { Tensor, Tensor2D } from "@tensorflow/tfjs-node";
import { type GruParameters, gruCell } from "./gru-cell.js";

/** What a controller carries from one step to the next. */
export interface ControllerState extends Record<string, Tensor> {
  /** what the heads and the readout see, [batch, hidden] */
  hidden: Tensor2D;
}

/**
 * One step of a memory's controller, its weights inside.
 *
 * @param input what comes in and what was read before, side by side, [batch, inputs]
 * @param state may hold more than the controller's own part
 * @returns the controller's part of the new state
 */
export type Controller = (input: Tensor2D, state: ControllerState) => ControllerState;

export function gruController(p: GruParameters): Controller {
  return (input, { hidden }) => ({ hidden: gruCell(p, input, hidden) });
}

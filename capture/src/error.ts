import { UserError } from "./support/user-error.js";

/** Why a function can't be captured or a captured one can't run: one line with the op and the way out. */
export class CaptureError extends UserError {
  override name = "CaptureError";
}

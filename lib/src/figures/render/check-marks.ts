import { didYouMean } from "../../support/nearest.js";
import { show, UserError } from "../../support/user-error.js";
import { isObject, type Spec } from "../spec.js";

/** Vega-Lite's marks. */
const MARKS = [
  ...[
    "arc",
    "area",
    "bar",
    "boxplot",
    "circle",
    "errorband",
    "errorbar",
    "geoshape",
    "image",
    "line",
    "point",
    "rect",
    "rule",
  ],
  ...["square", "text", "tick", "trail"],
];

/** Looks at the marks of a spec and of all specs inside it. @throws UserError for one that Vega-Lite doesn't have */
export function checkMarks(spec: Spec): void {
  if ("mark" in spec) {
    const type = isObject(spec.mark) ? spec.mark.type : spec.mark;
    if (!MARKS.includes(type as never))
      throw new UserError(
        `figure spec: mark is ${show(type)}, expected one of ${MARKS.join(", ")}${typeof type === "string" ? didYouMean(type, MARKS) : ""}`,
      );
  }
  for (const key of ["layer", "concat", "hconcat", "vconcat", "spec"]) {
    for (const inner of [spec[key]].flat()) if (isObject(inner)) checkMarks(inner);
  }
}

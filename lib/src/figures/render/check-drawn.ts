import { show, UserError } from "../../support/user-error.js";
import { isObject, type Spec } from "../spec.js";
import { numberOf, readField } from "./field.js";

/** The part of Vega's scene that is looked at: marks hold items, items of groups hold marks. */
export interface SceneMark {
  marktype?: string;
  role?: string;
  name?: string;
  items?: SceneItem[];
}
interface SceneItem {
  datum?: unknown;
  items?: SceneMark[];
}

const CONTINUOUS = new Set(["linear", "log", "pow", "sqrt", "symlog", "time", "utc"]);

/**
 * Looks at what reached the marks of a figure, after all transforms, for values that a scale can't place: NaN,
 * infinities, nulls and texts, on a logarithmic scale 0 and below.
 *
 * @param compiled Vega spec, in which Vega-Lite left invalid values in
 * @param scene of the view that drew it
 * @throws UserError one line with the field, the value and how many marks have such
 */
export function checkDrawn(compiled: Spec, scene: SceneMark): void {
  const marks = withInner(compiled);
  const drawn = withDrawn(scene);
  const scales = new Map(marks.flatMap((mark) => listOf(mark.scales)).map(({ name, type }) => [name, type as string]));
  for (const mark of marks) {
    if (typeof mark.name !== "string") continue; // axes and titles have none either
    for (const { channel, field, scale } of scaledFields(mark)) {
      const type = scales.get(scale) ?? "";
      if (!CONTINUOUS.has(type)) continue;
      const items = drawn.flatMap(({ name, items = [] }) => (name === mark.name ? items : []));
      checkValues(
        items.map(({ datum }) => readField(datum, field)),
        { field, channel, log: type === "log" },
      );
    }
  }
}

function checkValues(
  values: unknown[],
  { field, channel, log }: { field: string; channel: string; log: boolean },
): void {
  const wrong = values.filter((value) => !Number.isFinite(numberOf(value)) || (log && numberOf(value) <= 0));
  if (wrong.length === 0) return;
  const [first] = wrong;
  const wanted = Number.isFinite(numberOf(first))
    ? `more than 0 on the logarithmic ${channel} scale`
    : "a finite number";
  const count = `${wrong.length} of ${values.length} marks`;
  const shown = first === undefined ? "missing" : show(first);
  throw new UserError(`figure data: ${field} is ${shown} after the transforms, expected ${wanted} (${count})`);
}

/** A compiled spec and all marks inside of it. */
function withInner(mark: Spec): Spec[] {
  return [mark, ...listOf(mark.marks).flatMap(withInner)];
}

/** A mark of the scene and all marks inside of it. */
function withDrawn(mark: SceneMark): SceneMark[] {
  const groups = mark.marktype === "group" ? (mark.items ?? []) : [];
  return [mark, ...groups.flatMap(({ items = [] }) => items.flatMap(withDrawn))];
}

/** The fields of a mark that go through a scale. */
function scaledFields({ encode }: Spec): { channel: string; field: string; scale: string }[] {
  const update = isObject(encode) && isObject(encode.update) ? encode.update : {};
  return Object.entries(update).flatMap(([channel, rule]) =>
    [rule].flat().flatMap((one) => {
      const { field, scale } = isObject(one) ? one : {};
      return typeof field === "string" && typeof scale === "string" ? [{ channel, field, scale }] : [];
    }),
  );
}

const listOf = (value: unknown): Spec[] => (Array.isArray(value) ? value.filter(isObject) : []);

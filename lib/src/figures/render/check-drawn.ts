import { show, UserError } from "../../support/user-error.js";
import { numberOf, readField } from "../field.js";
import { isObject, type Spec } from "../spec.js";

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

/** A field of a mark with the scale that it goes through. */
interface Scaled {
  channel: string;
  field: string;
  scale: string;
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
  const scales = new Map<string, string>();
  const marks = new Map<string, Scaled[]>();
  collect(compiled, scales, marks);
  const drawn = new Map<string, SceneItem[]>();
  gather(scene, drawn);
  for (const [name, scaled] of marks) {
    const items = drawn.get(name) ?? [];
    for (const { channel, field, scale } of scaled) {
      const log = scales.get(scale) === "log";
      const wrong = items.flatMap(({ datum }) => {
        const value = readField(datum, field);
        const number = numberOf(value);
        return Number.isFinite(number) && !(log && number <= 0) ? [] : [{ value, number }];
      });
      const first = wrong[0];
      if (!first) continue;
      const { value, number } = first;
      const wanted = Number.isFinite(number) ? `more than 0 on the logarithmic ${channel} scale` : "a finite number";
      const count = `${wrong.length} of ${items.length} marks`;
      const shown = value === undefined ? "missing" : show(value);
      throw new UserError(`figure data: ${field} is ${shown} after the transforms, expected ${wanted} (${count})`);
    }
  }
}

/** Types of all continuous scales, and of all marks the fields that go through one of them. */
function collect(group: Spec, scales: Map<string, string>, marks: Map<string, Scaled[]>): void {
  for (const scale of listOf(group.scales)) {
    const { name, type } = scale as { name: string; type?: string };
    if (type !== undefined && CONTINUOUS.has(type)) scales.set(name, type);
  }
  for (const mark of listOf(group.marks)) {
    const update = isObject(mark.encode) && isObject(mark.encode.update) ? mark.encode.update : {};
    const scaled = Object.entries(update).flatMap(([channel, rule]) =>
      [rule].flat().flatMap((one): Scaled[] => {
        const { field, scale } = (isObject(one) ? one : {}) as { field?: unknown; scale?: unknown };
        return typeof field === "string" && typeof scale === "string" && scales.has(scale)
          ? [{ channel, field, scale }]
          : [];
      }),
    );
    if (typeof mark.name === "string" && scaled.length > 0) marks.set(mark.name, scaled);
    collect(mark, scales, marks);
  }
}

const listOf = (value: unknown): Spec[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** The items of all marks by the marks' names. */
function gather(mark: SceneMark, drawn: Map<string, SceneItem[]>): void {
  const { name, marktype, items = [] } = mark;
  if (name !== undefined) {
    const all = drawn.get(name) ?? [];
    drawn.set(name, all);
    for (const item of items) all.push(item);
  }
  if (marktype === "group") for (const item of items) for (const inner of item.items ?? []) gather(inner, drawn);
}

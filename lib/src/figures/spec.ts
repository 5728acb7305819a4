/** A Vega-Lite specification as plain JSON, valid in versions 5 (JupyterLab) and 6 (the renderer here). */
export type Spec = Record<string, unknown>;

/** A row of a figure's data. */
export type Row = Record<string, unknown>;

/** Whether `value` is an object with keys, neither null nor an array. */
export function isObject(value: unknown): value is Spec {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

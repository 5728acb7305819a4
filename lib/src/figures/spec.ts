/** A Vega-Lite specification as plain JSON, valid in versions 5 (JupyterLab) and 6 (the renderer here). */
export type Spec = Record<string, unknown>;

/** A row of a figure's data. */
export type Row = Record<string, unknown>;

/** The spec with arrays of numbers as they come from tensors made plain ones, which JSON knows. */
export function plain<T>(value: T): T {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as unknown as number[]) as T;
  if (Array.isArray(value)) return value.some(isNested) ? (value.map(plain) as T) : value;
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isNested(inner) ? plain(inner) : inner]),
  ) as T;
}

const isNested = (value: unknown): boolean => typeof value === "object" && value !== null;

/** Whether `value` is a polars DataFrame, as far as one can tell without polars. */
export function isFrame(value: unknown): value is { toRecords(): object[] } {
  const frame = value as { toRecords?: unknown; columns?: unknown } | null;
  return typeof value === "object" && typeof frame?.toRecords === "function" && Array.isArray(frame.columns);
}

/** Whether `value` is an object with keys, neither null nor an array. */
export function isObject(value: unknown): value is Spec {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

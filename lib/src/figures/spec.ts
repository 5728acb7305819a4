/** A Vega-Lite specification as plain JSON, valid in versions 5 (JupyterLab) and 6 (the renderer here). */
export type Spec = Record<string, unknown>;

/** A row of a figure's data. */
export type Row = Record<string, unknown>;

/** The spec as JSON knows it: arrays of numbers as they come from tensors are plain ones, what is undefined is gone. */
export function plain<T>(value: T): T {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as unknown as number[]) as T;
  if (Array.isArray(value)) return value.some(isNested) ? (value.map(plain) as T) : value;
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, isNested(inner) ? plain(inner) : inner])) as T;
}

const isNested = (value: unknown): boolean => typeof value === "object" && value !== null;

/** The part of a polars DataFrame that is used without polars. @internal */
export interface FrameLike {
  readonly columns: string[];
  readonly height: number;
  /** the first rows; five if not said */
  head(length?: number): {
    /** an object a row */
    toRecords(): object[];
  };
}

/** Whether `value` is a polars DataFrame, as far as one can tell without polars. */
export function isFrame(value: unknown): value is FrameLike {
  const frame = value as Partial<FrameLike> | null;
  return typeof frame?.head === "function" && Array.isArray(frame.columns) && typeof frame.height === "number";
}

/** Whether `value` is an object with keys, neither null nor an array. */
export function isObject(value: unknown): value is Spec {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether `value` is an object as JSON has them, of no class. */
export function isPlain(value: unknown): value is Spec {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}

/** A spec and all specs inside of it. */
export function withParts(spec: Spec): Spec[] {
  return [spec, ...partsOf(spec).flatMap(withParts)];
}

/** The specs that lie directly in a spec: layers, panels, what is repeated. */
export function partsOf(spec: Spec): Spec[] {
  return ["layer", "concat", "hconcat", "vconcat", "spec"].flatMap((key) => spec[key] ?? []).filter(isObject);
}

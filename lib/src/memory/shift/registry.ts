import { z } from "zod";
import { UserError } from "../../support/user-error.js";
import { check, choosing, refusing } from "../../support/validate.js";
import {
  type ShiftConfig as AnyShift,
  DiscreteShiftConfig,
  GaussianShiftConfig,
  type MixtureShiftConfig as Mixture,
} from "./config.js";
import { discrete } from "./discrete.js";
import { gaussian } from "./gaussian.js";
import { mixture } from "./mixture.js";
import type { Shift } from "./shift.js";
import { tried } from "./trial.js";

export type ShiftConfig = AnyShift;
export type MixtureShiftConfig = Mixture;

interface Kind {
  schema: z.ZodType<{ kind: string }>;
  make(config: never): Shift;
}

/**
 * Makes a shift of one's own known by its kind: models, records and saved models then take its configs like any other.
 * Registered again, as when a notebook's cell is run again, it is replaced. Each process that builds such models has to
 * register it first.
 *
 * @param keys zod schemas of the config's keys, `kind` aside
 * @param make the shift of a config; it is tried out on a small ring each time
 * @returns makes a checked config of this kind from its keys
 * @throws UserError when the kind is built in
 *
 * @example
 * const stay = registerShift("stay", {}, () => ({
 *   kind: "stay",
 *   outputs: 1,
 *   offsets: () => [0],
 *   kernel: (raw) => ({ kernel: tf.onesLike(raw), parameters: {} }),
 * }));
 * const model = buildModel({ ...soundModels["dms-periodic"](20), shift: stay({}) }, 0);
 */
export function registerShift<K extends z.ZodRawShape>(
  kind: string,
  keys: K,
  make: (config: z.output<z.ZodObject<K>>) => Shift,
): (keys: z.input<z.ZodObject<K>>) => ShiftConfig {
  if (builtIn.has(kind)) throw new UserError(`registerShift: ${JSON.stringify(kind)} is built in, choose another name`);
  const schema = z.strictObject({ ...keys, kind: z.literal(kind) });
  own.set(kind, { schema: schema as never, make: (config) => tried(kind, make(config)) });
  // the list of kinds that TypeScript knows is closed
  return (own) => check(schema, { ...own, kind }, `config of shift ${kind}`) as never;
}

/** Config of a shift of any kind that is known when a config is checked. */
export const ShiftConfig: z.ZodType<ShiftConfig> = choosing((value) => {
  if (typeof value !== "object" || value === null) return z.looseObject({}) as never;
  const known = kindOf((value as { kind: string }).kind);
  if (known) return known.schema as never;
  const names = [...builtIn.keys(), ...own.keys()].map((kind) => JSON.stringify(kind)).join(", ");
  return refusing(["kind"], `expected one of ${names}, or a kind made known by registerShift`);
});

/** The shift that a config describes. @throws UserError when the config is wrong */
export function shiftOf(config: ShiftConfig): Shift {
  const checked = check(ShiftConfig, config, "shift config");
  return kindOf(checked.kind)!.make(checked as never);
}

export const MixtureShiftConfig: z.ZodType<MixtureShiftConfig> = z.strictObject({
  kind: z.literal("mixture"),
  of: z.array(ShiftConfig).min(2),
});

const builtIn: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["discrete", { schema: DiscreteShiftConfig, make: discrete }],
  ["gaussian", { schema: GaussianShiftConfig, make: gaussian }],
  ["mixture", { schema: MixtureShiftConfig, make: ({ of }: Mixture) => mixture(of.map(shiftOf)) }],
]);
const own = new Map<string, Kind>();
const kindOf = (kind: string): Kind | undefined => builtIn.get(kind) ?? own.get(kind);

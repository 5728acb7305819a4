import { z } from "zod";
import { type Kind, Kinds } from "../../support/kinds.js";
import { check } from "../../support/validate.js";
import { DiscreteShiftConfig, GaussianShiftConfig, type MixtureShiftConfig as Mixture } from "./config.js";
import { discrete } from "./discrete.js";
import { gaussian } from "./gaussian.js";
import { mixture } from "./mixture.js";
import type { Shift } from "./shift.js";
import { tried } from "./trial.js";

/**
 * Says which shift, by its `kind`, and how it is set. Those of other kinds are made by what `registerShift` returns.
 */
export type ShiftConfig = DiscreteShiftConfig | GaussianShiftConfig | MixtureShiftConfig;
/** Several shifts at once, mixed by a softmax that the head says at each step. */
export interface MixtureShiftConfig extends Mixture {}

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
  const schema = shifts.add(kind, keys, (config) => tried(kind, make(config)));
  // the list of kinds that TypeScript knows is closed
  return (own) => check(schema, { ...own, kind }, `config of shift ${kind}`) as never;
}

/** @internal */
export const MixtureShiftConfig = z.strictObject({
  kind: z.literal("mixture"),
  of: z.array(z.lazy((): z.ZodType<ShiftConfig> => ShiftConfig)).min(2),
});

const kind = (config: Kind<Shift>["config"], make: Kind<Shift>["make"]): Kind<Shift> => ({ config, make });

/** The shifts of this library; a new one is one file and one entry here. */
const shifts = new Kinds<Shift, ShiftConfig>("kind", "a kind", "registerShift", {
  discrete: kind(DiscreteShiftConfig, discrete),
  gaussian: kind(GaussianShiftConfig, gaussian),
  mixture: kind(MixtureShiftConfig, ({ of }: Mixture) => mixture(of.map(shiftOf))),
});

/** @internal */
export const ShiftConfig = shifts.config;

/** The shift that a config describes. @throws UserError when the config is wrong */
export function shiftOf(config: ShiftConfig): Shift {
  return shifts.make(config, "shift config");
}

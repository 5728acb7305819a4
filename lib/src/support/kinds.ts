import { z } from "zod";
import { UserError } from "./user-error.js";
import { check, choosing, refusing } from "./validate.js";

/** One kind of a thing: the schema of its configs, which name it, and what makes it of a checked one. */
export interface Kind<Made> {
  config: z.ZodType & { shape: z.ZodRawShape };
  make(config: never): Made;
}

/** The kinds of a thing: those of the library, and such that users make known. */
export class Kinds<Made, Config> {
  private readonly own = new Map<string, Kind<Made>>();

  /**
   * @param key of a config that names its kind, e.g. "kind"
   * @param thing what a user makes known, e.g. "a kind"
   * @param registers name of the function for that
   */
  constructor(
    private readonly key: string,
    private readonly thing: string,
    private readonly registers: string,
    private readonly builtIn: Readonly<Record<string, Kind<Made>>>,
  ) {}

  /** A kind by its name. */
  find(name: unknown): Kind<Made> | undefined {
    return Object.hasOwn(this.builtIn, name as string) ? this.builtIn[name as string] : this.own.get(name as string);
  }

  /** Names of all that are known now. */
  get names(): string[] {
    return [...Object.keys(this.builtIn), ...this.own.keys()];
  }

  /** Config of any kind that is known when a config is checked. */
  readonly config: z.ZodType<Config> = choosing((value) => {
    if (typeof value !== "object" || value === null) return z.looseObject({}) as never;
    const known = this.find((value as Record<string, unknown>)[this.key]);
    return (known?.config as never) ?? this.refusing(this.names);
  });

  /** Refuses configs of kinds that aren't among these. */
  refusing(names: readonly string[]): z.ZodType<never> {
    const all = names.map((name) => JSON.stringify(name)).join(", ");
    return refusing([this.key], `expected one of ${all}, or ${this.thing} made known by ${this.registers}`);
  }

  /** What a config describes. @throws UserError when it is wrong */
  make(config: Config, what: string): Made {
    const checked = check(this.config, config, what);
    return this.find(checked[this.key as keyof Config])!.make(checked as never);
  }

  /**
   * Adds a kind, or replaces one of the user's own.
   * @param keys zod schemas of its configs' keys, that which names the kind aside
   * @returns the schema of its configs
   * @throws UserError when the kind is built in
   */
  add(name: string, keys: z.ZodRawShape, make: (config: never) => Made): Kind<Made>["config"] {
    if (Object.hasOwn(this.builtIn, name))
      throw new UserError(`${this.registers}: ${JSON.stringify(name)} is built in, choose another name`);
    const config = z.strictObject({ ...keys, [this.key]: z.literal(name) });
    this.own.set(name, { config, make });
    return config;
  }
}

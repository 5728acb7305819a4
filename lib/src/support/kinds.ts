import { z } from "zod";
import { show, UserError } from "./user-error.js";
import { check, choosing, refusing, settled } from "./validate.js";

/** One kind of a thing: the schema of its configs, which name it, and what is made of a checked one, if anything. */
export interface Kind<Made> {
  config: z.ZodType & { shape: z.ZodRawShape };
  make?(config: never): Made;
}

/** The kinds of a thing: those of the library, and such that users make known. */
export class Kinds<Made, Config> {
  private readonly own = new Map<string, Kind<Made>>();
  /** of the function that makes one known, e.g. registerShift */
  private readonly registers: string;

  /**
   * @param key of a config that names its kind, e.g. "kind"
   * @param thing what is made, e.g. "shift"
   */
  constructor(
    private readonly key: string,
    private readonly thing: string,
    private readonly builtIn: Readonly<Record<string, Kind<Made>>>,
  ) {
    this.registers = `register${thing[0]!.toUpperCase()}${thing.slice(1)}`;
  }

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
    const name = (value as Record<string, string>)[this.key]!;
    const known = this.find(name);
    if (known) return (this.own.has(name) ? settled(known.config) : known.config) as never;
    const names = this.names.map((name) => JSON.stringify(name)).join(", ");
    return refusing([this.key], `expected one of ${names}, or a ${this.key} made known by ${this.registers}`);
  });

  /** What a config describes. @throws UserError when it is wrong */
  make(config: Config): Made {
    const checked = check(this.config, config, `${this.thing} config`);
    return this.find(checked[this.key as keyof Config])!.make!(checked as never);
  }

  /**
   * Adds a kind, or replaces one of the user's own.
   * @param keys zod schemas of its configs' keys, that which names the kind aside
   * @returns makes a checked config of its keys
   * @throws UserError when the kind is built in, or keys are no schemas
   */
  add<Own>(name: string, keys: z.ZodRawShape, make: (config: never) => Made): (own: Own) => Config {
    if (Object.hasOwn(this.builtIn, name))
      throw new UserError(`${this.registers}: ${JSON.stringify(name)} is built in, choose another name`);
    const odd = Object.entries({ ...keys }).find(([, schema]) => !(schema instanceof z.ZodType));
    if (typeof keys !== "object" || keys === null || keys instanceof z.ZodType || odd)
      throw new UserError(
        `${this.registers}: keys is ${show(keys)}, expected a zod schema for each key, e.g. { size: z.number() }, or {}`,
      );
    const config = z.strictObject({ ...keys, [this.key]: z.literal(name) });
    this.own.set(name, { config, make });
    // the list of kinds that TypeScript knows is closed
    return (own) => check(config, { ...own, [this.key]: name }, `config of ${this.thing} ${name}`) as never;
  }
}

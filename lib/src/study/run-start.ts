import { RandomState } from "../dataset/index.js";
import { buildModel, type ModelConfig } from "../models/index.js";
import { tf } from "../tensorflow/tf.js";
import type { Trainer } from "../training/index.js";
import type { AnySpec } from "./record.js";
import { versions } from "./versions.js";

/** What every record begins with: which run it is of, by what, of which model. */
export function recordHead<C extends AnySpec["config"]>(
  { name, protocol, variant, seed, config }: Omit<AnySpec, "config"> & { config: C },
  { model }: Trainer,
) {
  return {
    format: 1 as const,
    name,
    protocol,
    ...(variant === undefined ? {} : { variant }),
    seed,
    config,
    versions: versions(),
    parameters: model.countParams(),
  };
}

/** Fresh weights of the named stream, and an optimizer that has seen nothing; the compiled graphs stay. */
export function restart(trainer: Trainer, config: ModelConfig, seed: number, stream: string): void {
  const fresh = buildModel(config, RandomState.stream(seed, `${stream}/weights`).randint(0, 2 ** 32));
  tf.tidy(() => trainer.model.setWeights(fresh.getWeights()));
  fresh.dispose();
  trainer.reset();
}

import type { LayersModel } from "@tensorflow/tfjs-node";
import { UserError } from "../support/user-error.js";

/** What tfjs-layers hides of a layer or a model: the losses that `addLoss` gathers. */
interface Gathering {
  name: string;
  layers?: Gathering[];
  /** that of a wrapper, as timeDistributed */
  layer?: Gathering;
  _losses?: (() => unknown)[];
}

/**
 * Runs the model and, perhaps, computes its penalties; losses that its layers add in their `call` count in this run
 * alone. tfjs never takes them back: to `fit` those of a step are part of all later ones, of tensors that are gone.
 *
 * @throws UserError when such a loss is computed more than once, as that of a layer that is called twice: tfjs computes
 *   all losses of a layer for each of its calls
 */
export function withCallLosses<T>(model: LayersModel, run: () => T): T {
  const before = [...new Set(gathering(model as unknown as Gathering))].map((part) => ({
    losses: part._losses!,
    name: part.name,
    // a loss added from here on is seen by its place
    known: part._losses!.length,
  }));
  const counts = new Map<() => unknown, number>();
  const added = new Map<() => unknown, string>();
  for (const { losses, name } of before) {
    const push = losses.push;
    losses.push = (...fresh) => {
      const counted = fresh.map((loss) => {
        const once = () => {
          counts.set(once, (counts.get(once) ?? 0) + 1);
          return loss();
        };
        added.set(once, name);
        return once;
      });
      return push.apply(losses, counted);
    };
  }
  try {
    const result = run();
    for (const [loss, name] of added) {
      if ((counts.get(loss) ?? 0) > 1)
        throw new UserError(
          `captureTraining: layer ${name} is called several times and adds a loss in its call: tfjs counts that for each call, so give it one layer for each call, or make it part of the loss`,
        );
    }
    return result;
  } finally {
    for (const { losses, known } of before) {
      losses.length = known;
      delete (losses as { push?: unknown }).push;
    }
  }
}

function gathering(part: Gathering): Gathering[] {
  const inner = [...(part.layers ?? []), ...(part.layer ? [part.layer] : [])].flatMap(gathering);
  return Array.isArray(part._losses) ? [part, ...inner] : inner;
}

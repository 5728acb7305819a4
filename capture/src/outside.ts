import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import { isCapturable } from "./encode.js";
import { CaptureError } from "./support/user-error.js";
import { type DataId, nodeBackend, ownCopy, tf } from "./tensorflow.js";

const registered = () => Object.values(tf.engine().state.registeredVariables);

/**
 * The variables that live outside of a function while it is recorded. A graph reads them at each call and gives back
 * what it wrote, so what the recorded run itself writes is undone.
 */
export class Outside {
  private readonly before: Map<Variable, Tensor>;
  private readonly byData: Map<DataId, Variable>;
  private readonly own = new Set<Variable>();
  /** variables that the run makes, and their first values */
  private readonly made = new Map<Variable, Tensor>();
  /** tensors that it means to use in later calls */
  readonly kept: Tensor[] = [];

  constructor() {
    const variables = registered();
    separate(variables);
    this.byData = new Map(variables.map((variable) => [variable.dataId, variable]));
    this.before = new Map(variables.map((variable) => [variable, tf.keep(tf.clone(variable))]));
    const engine = tf.engine() as unknown as Keeper;
    engine.keep = (tensor) => {
      this.kept.push(tensor);
      return Object.getPrototypeOf(engine).keep.call(engine, tensor);
    };
    engine.makeVariable = (...given) => {
      const variable = Object.getPrototypeOf(engine).makeVariable.apply(engine, given) as Variable;
      const first = tf.clone(variable) as Tensor;
      first.kept = true;
      this.made.set(variable, first);
      return variable;
    };
  }

  /** The variable whose values, as they were at first, a tensor has. */
  variableOf(id: DataId): Variable | undefined {
    return this.byData.get(id);
  }

  /** A variable's values as they were at first. */
  first(variable: Variable): Tensor {
    return this.before.get(variable) ?? variable;
  }

  /** Counts a variable that is made while recording among those from outside. */
  adopt(variable: Variable): void {
    this.own.add(variable);
    this.byData.set(variable.dataId, variable);
  }

  /** Variables that have been assigned to, and their values as tensors, in the order in which they were made. */
  written(): { variable: Variable; value: Tensor }[] {
    return [...this.before]
      .filter(([variable, { dataId }]) => variable.dataId !== dataId && !variable.isDisposed)
      .map(([variable]) => ({ variable, value: tf.clone(variable) as Tensor }));
  }

  /** @throws CaptureError when the run made a variable that is still there: it would be made once, not at each call */
  checkNoneMade(): void {
    const made = [...this.made.keys()].filter((variable) => !variable.isDisposed && !this.own.has(variable));
    if (made.length === 0) return;
    const names = made.map(({ name }) => name).join(", ");
    throw new CaptureError(
      `capture: the function makes the variable${made.length > 1 ? "s" : ""} ${names}: make them before (call it once), so that each call finds them`,
    );
  }

  /**
   * Gives every variable the value that it had. Those that the run made stay, with their first values: who made them
   * (an optimizer, a layer) goes on with them.
   */
  restore(): void {
    const engine = tf.engine() as unknown as Partial<Keeper>;
    delete engine.makeVariable;
    delete engine.keep;
    for (const [variable, value] of [...this.before, ...this.made]) {
      if (!variable.isDisposed && variable.dataId !== value.dataId) variable.assign(value as never);
      value.dispose();
    }
  }
}

/** How tfjs's engine makes what stays. */
interface Keeper {
  makeVariable(...given: unknown[]): Variable;
  keep(tensor: Tensor): Tensor;
}

/**
 * Gives variables whose values a tensor or another variable has as well (a variable's own first value, a clone) values
 * of their own: only then it is clear whose values are read.
 */
function separate(variables: readonly Variable[]): void {
  const backend = nodeBackend();
  for (const variable of variables) {
    // of other types it is refused by name when it is read
    if (!isCapturable(variable.dtype) || backend.refCount(variable.dataId) < 2) continue;
    tf.tidy(() => variable.assign(ownCopy(variable) as never));
  }
}

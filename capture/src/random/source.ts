import type { Variable } from "@tensorflow/tfjs-node";
import type { Graph, Value } from "../graph.js";
import type { Listener } from "../listener.js";
import { attr, DataType } from "../proto.js";
import { tf } from "../tensorflow.js";

/** Odd and far from small numbers: seeds of neighbours, times small numbers, never meet. */
const GOLDEN = 0x9e3779b9;

/** TensorFlow's number of Philox; without it XLA would take another algorithm than TensorFlow. */
const PHILOX = 1;

/**
 * Random numbers inside a graph, by TensorFlow's stateless ops (Philox, Salmon et al. 2011): a function of a seed and
 * of how often the graph has run, so that they are fresh at each run, and the same again from the same seed, in both
 * modes. Seed and count are a variable that the graph reads and writes: int32 [2].
 */
export class RandomSource {
  private variable: Variable | undefined;
  /** ops that draw, in the recording under way */
  private drawn = 0;

  constructor(private readonly seed: number) {}

  /**
   * Adds ops that draw.
   *
   * @param distribution uniform in [0, 1), or normal of mean 0 and variance 1 (Box & Muller 1958)
   */
  draw(recorder: Listener, distribution: "uniform" | "normal", shape: number[]): Value {
    const { graph } = recorder;
    const float32 = { T: attr.type(DataType.float32) };
    const one = (op: string, ...inputs: Value[]) => graph.one(op, inputs, float32, shape);
    const first = this.uniform(recorder, shape);
    if (distribution === "uniform") return first;
    // 1 - u is above 0, where the logarithm is finite
    const squared = one("Mul", one("Log", one("Sub", graph.floats([1], []), first)), graph.floats([-2], []));
    const angle = one("Mul", this.uniform(recorder, shape), graph.floats([2 * Math.PI], []));
    return one("Mul", one("Sqrt", squared), one("Cos", angle));
  }

  /**
   * Numbers in [0, 1) out of 24 random bits each: TensorFlow and XLA draw the same bits, but make floats of them in
   * ways of their own.
   */
  private uniform(recorder: Listener, shape: number[]): Value {
    const { graph } = recorder;
    const int32 = attr.type(DataType.int32);
    const { key, counter } = this.next(recorder);
    const attributes = { dtype: int32, Tshape: int32 };
    const drawn = graph.one(
      "StatelessRandomUniformFullIntV2",
      [graph.ints(shape), key, counter, graph.ints(PHILOX)],
      attributes,
      shape,
      "int32",
    );
    const bits = graph.one("BitwiseAnd", [drawn, graph.ints(2 ** 24 - 1)], { T: int32 }, shape, "int32");
    const whole = cast(graph, bits, "float32");
    return graph.one("Mul", [whole, graph.floats([2 ** -24], [])], { T: attr.type(DataType.float32) }, shape);
  }

  /**
   * uint64 [1] and [2]: the key says which op draws; its counter's upper half says in which run, the lower half counts
   * what is drawn.
   */
  private next(recorder: Listener): { key: Value; counter: Value } {
    if (!this.variable) {
      this.variable = tf.tidy(() => tf.variable(tf.tensor1d([this.seed, 0], "int32"), false));
      recorder.adopt(this.variable);
    }
    const { graph } = recorder;
    const state = recorder.resolve(this.variable, "random numbers");
    const int32 = attr.type(DataType.int32);
    const own = graph.ints([Math.imul(this.drawn++, GOLDEN), 0]);
    const seeded = graph.one("AddV2", [state, own], { T: int32 }, [2], "int32");
    const part = (at: number) => {
      const value = graph.one(
        "Slice",
        [seeded, graph.ints([at]), graph.ints([1])],
        { T: int32, Index: int32 },
        [1],
        "int32",
      );
      return cast(graph, value, "uint64");
    };
    const zero = graph.constant(new Uint8Array(8), [1], "uint64");
    const types = { N: attr.int(2), T: attr.type(DataType.uint64), Tidx: int32 };
    return { key: part(0), counter: graph.one("ConcatV2", [zero, part(1), graph.ints(0)], types, [2], "uint64") };
  }

  /** Ends a recording. @returns the variable and its value after the run, if something was drawn */
  end(recorder: Listener): { variable: Variable; next: Value } | undefined {
    if (this.drawn === 0) return undefined;
    this.drawn = 0;
    const { graph } = recorder;
    const state = recorder.resolve(this.variable!, "random numbers");
    const next = graph.one("AddV2", [state, graph.ints([0, 1])], { T: attr.type(DataType.int32) }, [2], "int32");
    return { variable: this.variable!, next };
  }

  /** Starts anew from the seed. */
  reset(): void {
    tf.tidy(() => this.variable?.assign(tf.tensor1d([this.seed, 0], "int32") as never));
  }

  dispose(): void {
    this.variable?.dispose();
    this.variable = undefined;
  }
}

function cast(graph: Graph, value: Value, to: "float32" | "uint64"): Value {
  const types = { SrcT: attr.type(DataType[value.dtype]), DstT: attr.type(DataType[to]), Truncate: attr.bool(false) };
  return graph.one("Cast", [value], types, value.shape, to);
}

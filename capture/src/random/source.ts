import type { Tensor, Variable } from "@tensorflow/tfjs-node";
import { binary, cast, unary } from "../build.js";
import type { Graph, Value } from "../graph.js";
import { attr } from "../proto.js";
import { tf } from "../tensorflow.js";

/** Odd and far from small numbers: seeds of neighbours, times small numbers, never meet. */
const GOLDEN = 0x9e3779b9;

/** TensorFlow's number of Philox; without it XLA would take another algorithm than TensorFlow. */
const PHILOX = 1;

/** What draws are recorded in. */
interface Recording {
  readonly graph: Graph;
  /** Counts a variable that the recording itself needs among those from outside. */
  adopt(variable: Variable): void;
  resolve(tensor: Tensor, user: string): Value;
}

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
  draw(recording: Recording, distribution: "uniform" | "normal", shape: number[]): Value {
    const { graph } = recording;
    const times = (a: Value, b: Value) => binary(graph, "Mul", a, b);
    const first = this.uniform(recording, shape);
    if (distribution === "uniform") return first;
    // 1 - u is above 0, where the logarithm is finite
    const squared = times(unary(graph, "Log", binary(graph, "Sub", graph.float(1), first)), graph.float(-2));
    const angle = times(this.uniform(recording, shape), graph.float(2 * Math.PI));
    return times(unary(graph, "Sqrt", squared), unary(graph, "Cos", angle));
  }

  /**
   * Numbers in [0, 1) out of 24 random bits each: TensorFlow and XLA draw the same bits, but make floats of them in
   * ways of their own.
   */
  private uniform(recording: Recording, shape: number[]): Value {
    const { graph } = recording;
    const { key, counter } = this.next(recording);
    const inputs = [graph.ints(shape), key, counter, graph.ints(PHILOX)];
    const attributes = { dtype: attr.type("int32"), Tshape: attr.type("int32") };
    const drawn = graph.one("StatelessRandomUniformFullIntV2", inputs, attributes, shape, "int32");
    const bits = binary(graph, "BitwiseAnd", drawn, graph.ints(2 ** 24 - 1));
    return binary(graph, "Mul", cast(graph, bits, "float32"), graph.float(2 ** -24));
  }

  /**
   * uint64 [1] and [2]: the key says which op draws; its counter's upper half says in which run, the lower half counts
   * what is drawn.
   */
  private next(recording: Recording): { key: Value; counter: Value } {
    if (!this.variable) {
      this.variable = tf.tidy(() => tf.variable(tf.tensor1d([this.seed, 0], "int32"), false));
      recording.adopt(this.variable);
    }
    const { graph } = recording;
    const state = recording.resolve(this.variable, "random numbers");
    const own = graph.ints([Math.imul(this.drawn++, GOLDEN), 0]);
    const seeded = binary(graph, "AddV2", state, own);
    const int32 = attr.type("int32");
    const part = (at: number) => {
      const inputs = [seeded, graph.ints([at]), graph.ints([1])];
      return cast(graph, graph.one("Slice", inputs, { T: int32, Index: int32 }, [1], "int32"), "uint64");
    };
    const zero = graph.constant(new Uint8Array(8), [1], "uint64");
    const types = { N: attr.int(2), T: attr.type("uint64"), Tidx: int32 };
    return { key: part(0), counter: graph.one("ConcatV2", [zero, part(1), graph.ints(0)], types, [2], "uint64") };
  }

  /** Begins a recording: what one that failed has drawn doesn't count. */
  begin(): void {
    this.drawn = 0;
  }

  /** Ends a recording. @returns the variable and its value after the run, if something was drawn */
  end(recording: Recording): { variable: Variable; next: Value } | undefined {
    if (this.drawn === 0) return undefined;
    const { graph } = recording;
    const state = recording.resolve(this.variable!, "random numbers");
    return { variable: this.variable!, next: binary(graph, "AddV2", state, graph.ints([0, 1])) };
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

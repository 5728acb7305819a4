import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelConfig } from "../../src/models/index.js";

/** Fixtures are data: they stay in the source tree, four folders above the compiled test. */
export const sources = join(__dirname, "../../../test/porting");
export const fixturePath = (name: string) => join(sources, "fixtures", `${name}.safetensors`);

/** What small PyTorch modules answer to one batch; their weights lie in `torch-<kind>.safetensors`. */
export interface TorchCase {
  sizes: { steps: number; features: number; hidden: number; channels: number; classes: number; slots: number };
  /** SHA-256 of the module that the guide prints */
  guide: string;
  /** [batch][steps][features] */
  x: number[][][];
  logits: Record<string, number[][]>;
}

export function torchCase(): TorchCase {
  return JSON.parse(readFileSync(join(sources, "fixtures/torch.json"), "utf8"));
}

/** The same models here. */
export function torchConfigs({
  steps,
  features,
  hidden,
  channels,
  classes,
  slots,
}: TorchCase["sizes"]): Record<string, ModelConfig> {
  const sequence = { steps, features, classes };
  return {
    mlp: { kind: "mlp", features: steps * features, hidden: [7, 6], classes },
    gru: { kind: "gru", hidden, ...sequence },
    lstm: { kind: "lstm", hidden, ...sequence },
    bigru: { kind: "bigru", hidden, ...sequence },
    cnn: { kind: "cnn", channels, ...sequence },
    // as `ntm({ shift: gaussian({ periodic: true }) })` is, of these sizes
    ntm: {
      kind: "ntm",
      ...sequence,
      hidden,
      slots,
      width: channels,
      shift: { kind: "gaussian", periodic: true },
      initial: { memory: "learned", readWeights: "learned", writeWeights: "learned" },
      sharpening: "softmax",
    },
  };
}

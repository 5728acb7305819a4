import { tf } from "../tensorflow/tf.js";
import type { CnnConfig } from "./config.js";
import { uniform } from "./initializers.js";

/** Kernel sizes of the convolutions, each with stride 2 and one zero put before and after. */
const KERNELS = [5, 3, 3];

/**
 * Layers of the convolutional network of MNIST-1D's authors up to the flattened features, [batch, cnnFeatures(config)].
 * As convolutions of a plane that is one wide: tfjs can't pad one axis alone by one on both sides.
 */
export function cnnLayers({ steps, features, channels }: CnnConfig, seed: number) {
  return [
    tf.layers.reshape({ targetShape: [steps, 1, features], inputShape: [steps, features] }),
    ...KERNELS.flatMap((size, i) => {
      const name = `conv${i + 1}`;
      const fanIn = size * (i === 0 ? features : channels);
      return [
        tf.layers.zeroPadding2d({
          padding: [
            [1, 1],
            [0, 0],
          ],
        }),
        tf.layers.conv2d({
          name,
          filters: channels,
          kernelSize: [size, 1],
          strides: [2, 1],
          activation: "relu",
          kernelInitializer: uniform(fanIn, seed, `cnn/${name}/kernel`),
          biasInitializer: uniform(fanIn, seed, `cnn/${name}/bias`),
        }),
      ];
    }),
    tf.layers.flatten(),
  ];
}

/** Numbers that the convolutions leave of a sequence. */
export function cnnFeatures({ steps, channels }: CnnConfig): number {
  return channels * KERNELS.reduce((length, size) => Math.floor((length + 2 - size) / 2) + 1, steps);
}

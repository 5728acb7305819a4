export { read, write, writeAll } from "./access.js";
export { circularConvolution, wrap, wrapAll } from "./circular.js";
export { contentWeights, cosineSimilarity } from "./content.js";
export { interpolate } from "./gate.js";
export { type Addressing, address, type HeadParameters, headOutputs, headParameters, headStarts } from "./head.js";
export { type InitialSizes, initialState, type LearnedStart, type MemoryState } from "./initial.js";
export { type Sharpen, sharpenByPower, sharpenBySoftmax, sharpenOf } from "./sharpen.js";
export { discrete, gaussian, type Shift, shiftOf } from "./shift/index.js";

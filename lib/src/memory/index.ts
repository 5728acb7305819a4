export { read, write } from "./access.js";
export { circularConvolution, wrap } from "./circular.js";
export { contentWeights, cosineSimilarity } from "./content.js";
export { interpolate } from "./gate.js";
export { type Addressing, address, type HeadParameters, headOutputs, headParameters } from "./head.js";
export { initialState, type MemoryState } from "./initial.js";
export { sharpenByPower } from "./sharpen.js";
export { discrete, gaussian, type Shift, shiftOf } from "./shift/index.js";

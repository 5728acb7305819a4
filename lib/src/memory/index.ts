export { read, write, writeAll } from "./access.js";
export { circularConvolution, wrap, wrapAll } from "./circular.js";
export { contentWeights, cosineSimilarity } from "./content.js";
export { allocation, DncKeys, type DncState, nextLinks, nextUsage } from "./dnc.js";
export { interpolate } from "./gate.js";
export { type Addressing, address, type HeadParameters, headOutputs, headParameters, headStarts } from "./head.js";
export { type AddressedHeads, addressHeads, type HeadGroup, headGroups, shiftsOf } from "./heads.js";
export { type InitialSizes, initialState, type LearnedStart, type MemoryState } from "./initial.js";
export {
  inverseDistanceWeights,
  LieAccessKeys,
  type LieAccessState,
  moveInPlane,
  softmaxDistanceWeights,
} from "./lie-access.js";
export type { HeadsTrace, LearnedWeight, Memory, MemoryTensors, MemoryTrace } from "./memory.js";
export { type NtmHeads, type NtmMemory, type NtmMemoryConfig, type NtmStepTrace, ntmMemory, ntmStep } from "./ntm.js";
export { addMemory, memoryKind, memoryKinds } from "./registry.js";
export { type Sharpen, sharpenByPower, sharpenBySoftmax, sharpenOf } from "./sharpen.js";
export { discrete, gaussian, mixture, registerShift, type Shift, type ShiftContext, shiftOf } from "./shift/index.js";

export { read, write, writeAll } from "./access.js";
export { circularConvolution, wrap, wrapAll } from "./circular.js";
export { allocation, DncKeys, type DncState, dncMemory, nextLinks, nextUsage } from "./dnc.js";
export {
  type Addressing,
  address,
  contentWeights,
  cosineSimilarity,
  type HeadParameters,
  headOutputs,
  headParameters,
  headStarts,
  interpolate,
  type Sharpen,
  sharpenByPower,
  sharpenBySoftmax,
} from "./head.js";
export { type AddressedHeads, addressHeads, type HeadGroup, headGroups, shiftsOf } from "./heads.js";
export { type InitialSizes, initialState, type MemoryState } from "./initial.js";
export {
  inverseDistanceWeights,
  LieAccessKeys,
  type LieAccessState,
  lieAccessMemory,
  moveInPlane,
  softmaxDistanceWeights,
} from "./lie-access.js";
export type { HeadsTrace, LearnedWeight, Memory, MemoryTensors, MemoryTrace } from "./memory.js";
export { type NtmHeads, type NtmMemory, type NtmMemoryConfig, type NtmStepTrace, ntmMemory, ntmStep } from "./ntm.js";
export {
  type AnnealConfig,
  type DiscreteShiftConfig,
  discrete,
  type GaussianOptions,
  type GaussianShiftConfig,
  gaussian,
  type MixtureShiftConfig,
  mixture,
  registerShift,
  type Shift,
  type ShiftConfig,
  type ShiftContext,
  shiftOf,
} from "./shift/index.js";

export { modelConfigOf } from "./config-of.js";
export { loadSafetensors, saveSafetensors } from "./files.js";
export { decodeSafetensors, encodeSafetensors, type Safetensors } from "./safetensors.js";
export { fromStateDict, type NameOptions, toStateDict } from "./state-dict.js";
export type { StateDict, StateTensor } from "./state-tensor.js";

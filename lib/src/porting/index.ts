export { modelConfigOf } from "./config-of.js";
export { loadSafetensors, saveSafetensors } from "./files.js";
export {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type StateDict,
  type StateTensor,
} from "./safetensors.js";
export { fromStateDict, type NameOptions, toStateDict } from "./state-dict.js";

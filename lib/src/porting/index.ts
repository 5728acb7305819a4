export { modelConfigOf } from "./entries.js";
export {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type StateDict,
  type StateTensor,
} from "./safetensors.js";
export { fromStateDict, loadSafetensors, type NameOptions, saveSafetensors, toStateDict } from "./state-dict.js";

export { buildModel } from "./build.js";
export { type GruConfig, type MlpConfig, ModelConfig, type NtmConfig } from "./config.js";
export { type Controller, type ControllerState, gruController } from "./controller.js";
export { type GruParameters, gruCell } from "./gru-cell.js";
export { GruLayer } from "./gru-layer.js";
export { type NtmHeads, type NtmParameters, type NtmState, type NtmTrace, ntmCell, ntmParameters } from "./ntm-cell.js";
export { NtmLayer } from "./ntm-layer.js";
export { publishedModels } from "./published.js";

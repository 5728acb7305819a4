export { type AddressingWalk, addressingWalk, type HeadStep, type WalkStep } from "./addressing-walk.js";
export { BiGruLayer } from "./bigru-layer.js";
export { buildModel } from "./build.js";
export {
  type BiGruConfig,
  type CnnConfig,
  type ControllerKind,
  type DncConfig,
  type GruConfig,
  hasMemory,
  type LieAccessConfig,
  type LstmConfig,
  type MemoryConfig,
  type MlpConfig,
  ModelConfig,
  type NtmConfig,
} from "./config.js";
export {
  type Controller,
  type ControllerState,
  feedforwardController,
  gruController,
  lstmController,
} from "./controller.js";
export { checkModel, headNames, memoryLayer, ntmLayer, statefulLayer } from "./find-layer.js";
export { GruLayer, type GruParameters, gruCell } from "./gru-layer.js";
export { LstmLayer, type LstmParameters, lstmCell } from "./lstm-layer.js";
export { MemoryLayer, type MemoryLayerConfig } from "./memory-layer.js";
export { type NtmOptions, ntm } from "./ntm.js";
export { type NtmParameters, type NtmState, type NtmTrace, ntmCell, ntmParameters } from "./ntm-cell.js";
export { NtmLayer } from "./ntm-layer.js";
export { type MemoryFrame, registerMemory } from "./register-memory.js";
export { runPiece } from "./run-piece.js";
export { type Piece, type StatefulConfig, StatefulLayer, type Step } from "./stateful-layer.js";

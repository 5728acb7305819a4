export { type AddressingWalk, addressingWalk, type HeadStep, type WalkStep } from "./addressing-walk.js";
export { BiGruLayer } from "./bigru-layer.js";
export { buildModel } from "./build.js";
export { type Cell, type CellState, type GatedParameters, gruCell, lstmCell } from "./cells.js";
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
export { checkModel, headNames, memoryLayer, ntmLayer, runPiece, statefulLayer } from "./find-layer.js";
export { GruLayer, LstmLayer } from "./gated-layer.js";
export {
  type MemoryCellState,
  MemoryLayer,
  type MemoryLayerConfig,
  type MemoryParameters,
  memoryCell,
} from "./memory-layer.js";
export { type NtmOptions, ntm } from "./ntm.js";
export { NtmLayer } from "./ntm-layer.js";
export { type LayerConfig, type Piece, StatefulLayer, type Step } from "./recurrent-layer.js";
export { type MemoryFrame, registerMemory } from "./register-memory.js";

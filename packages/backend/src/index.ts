// For programs: the choice of a backend, and compiled functions.
import './engine/ready.ts';

export type { Backend, Capabilities, Support } from './choice/backend.ts';
export {
  type BackendTiming,
  type CalibrateOptions,
  type Calibration,
  calibrate,
} from './choice/calibrate.ts';
export { tfjsBackend } from './choice/tfjs-backend.ts';
export { type BackendStatus, backends, capabilities, idle, useBackend } from './choice/use-backend.ts';
export { type CompiledFunction, type CompileOptions, compile } from './compile/compile.ts';
export type { SavedTensor } from './saving/saved-tensor.ts';

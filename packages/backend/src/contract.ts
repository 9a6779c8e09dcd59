// For authors of backends and kernels: the kernels, how to define one, and optional features of a backend.
import './engine/ready.ts';

export { checkPlaces } from './checks/places.ts';
export type { HasValuesAtHand } from './checks/values-at-hand.ts';
export type { HandsOver } from './choice/hand-over.ts';
export { type Capture, type CapturingBackend, Place, type Rehearsal } from './compile/capture.ts';
export type { Argument } from './compile/compile.ts';
export { mapTensors } from './compile/containers.ts';
export type { CrossEntropyAttrs } from './cross-entropy/contract.ts';
export { checkCtcTargets } from './ctc/ctc-loss.ts';
export type { PhiloxDropoutAttrs } from './dropout/contract.ts';
export { dropoutMask } from './dropout/mask.ts';
export { type DropoutRule, dropoutRule } from './dropout/rule.ts';
export { type HostState, observeHostState } from './host-state/replay.ts';
export type { RollingBack } from './host-state/rolling-back.ts';
export { type DefinedKernel, defineKernel, type KernelRun } from './kernels/define-kernel.ts';
export type { Info, KernelDeclaration, Named } from './kernels/kernel-declaration.ts';
export {
  type AttrsOf,
  contractKernels,
  declarationOf,
  type InputsOf,
  type KernelMap,
  type KernelName,
  type OutputsOf,
} from './kernels/kernel-map.ts';
export { portableKernels } from './kernels/portable-kernels.ts';
export { fusedKernels, registerPortableKernels, runKernel } from './kernels/run-kernel.ts';
export { philox4x32, type Words4 } from './random/philox.ts';
export { GATES, type Mode } from './recurrent/contract.ts';

import '#tfjs-gradients';
import './mended-gradients.ts';
import './tensor-dispose.ts';

export type { Backend, Capabilities, Support } from './backend.ts';
export { checkIndices, type IndexRange } from './checks/indices.ts';
export * as kind from './checks/kinds.ts';
export { checkNames, checkOptions, checkValue, type OptionKinds } from './checks/options.ts';
export { shown } from './checks/shown.ts';
export { checkValues, type HasValuesAtHand, valuesAtHand } from './checks/values-at-hand.ts';
export { type Capture, type CapturingBackend, Place, type Rehearsal } from './compile/capture.ts';
export { type Argument, type Compiled, type CompileOptions, compile } from './compile/compile.ts';
export { mapTensors } from './compile/containers.ts';
export {
  dependsOn,
  type Effect,
  type HostState,
  liveAttrs,
  observeHostState,
  replayable,
  type Undo,
} from './compile/replay.ts';
export * from './cross-entropy/contract.ts';
export { type CrossEntropyInputs, crossEntropy, meanCrossEntropy } from './cross-entropy/cross-entropy.ts';
export * from './ctc/contract.ts';
export { type CtcInputs, type CtcOptions, ctcLoss } from './ctc/ctc-loss.ts';
export * from './dropout/contract.ts';
export { dropoutMask } from './dropout/mask.ts';
export { philoxDropout } from './dropout/philox-dropout.ts';
export { type EmbeddingAttrs, embedding } from './embedding/embedding.ts';
export { observeAssignments, onRollback, type RollingBack, standOrFall } from './engine/assignments.ts';
export { OwnData } from './engine/own-data.ts';
export * from './optimizer/contract.ts';
export {
  type AdagradStepTensors,
  type AdamStepTensors,
  adagradStep,
  adamStep,
  globalNorm,
  type RmspropStepTensors,
  rmspropStep,
  type SgdStepTensors,
  scaleTensors,
  sgdStep,
} from './optimizer/steps.ts';
export * from './padding/contract.ts';
export { zeroPadding } from './padding/zero-padding.ts';
export { Philox, type PhiloxState, philox4x32, type Words4, words } from './philox.ts';
export { portableKernels } from './portable-kernels.ts';
export * from './recurrent/contract.ts';
export {
  type RecurrentInputs,
  type RecurrentOptions,
  type RecurrentOutputs,
  recurrent,
} from './recurrent/recurrent.ts';
export {
  type Differentiable,
  differentiable,
  forbidDerivative,
  fusedKernels,
  registerPortableKernels,
  runKernel,
} from './run-kernel.ts';
export { readSavedTensor, type SavedTensor, type SavedTensorFault } from './saved-tensor.ts';
export { tfjsBackend } from './tfjs-backend.ts';
export { type BackendStatus, backends, capabilities, useBackend } from './use-backend.ts';

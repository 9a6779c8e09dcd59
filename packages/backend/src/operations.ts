// For authors of layers, losses and optimizers: the contract's kernels as operations with gradients, and helpers for
// operations.
import './engine/ready.ts';

export {
  type CrossEntropyInputs,
  crossEntropyRows,
  meanCrossEntropy,
} from './cross-entropy/cross-entropy.ts';
export { type CtcInputs, type CtcOptions, ctcLossRows } from './ctc/ctc-loss.ts';
export { philoxDropout } from './dropout/philox-dropout.ts';
export { type EmbeddingAttrs, embedding } from './embedding/embedding.ts';
export { type Differentiable, differentiable, type Save, withoutGradient } from './engine/differentiable.ts';
export { tensorsIn, tidyResult } from './engine/tidy-result.ts';
export { liveScalar } from './host-state/live-scalar.ts';
export { dependsOn, type Effect, liveAttrs, replayable, type Undo } from './host-state/replay.ts';
export { onRollback, standOrFall } from './host-state/rolling-back.ts';
export {
  adagradStep,
  adamStep,
  globalNorm,
  rmspropStep,
  scaleTensors,
  sgdStep,
} from './optimizer/steps.ts';
export { zeroPadding } from './padding/zero-padding.ts';
export { Philox, type PhiloxState, words } from './random/philox.ts';
export {
  type RecurrentInputs,
  type RecurrentOptions,
  type RecurrentOutputs,
  recurrent,
} from './recurrent/recurrent.ts';
export { stepOrder } from './recurrent/steps.ts';
export { sequenceOf, stepsOf } from './recurrent/steps-of-sequence.ts';
export { readSavedTensor, type SavedTensorFault } from './saving/saved-tensor.ts';
export { logProbabilities } from './softmax/log-probabilities.ts';
export { logSoftmax } from './softmax/log-softmax.ts';

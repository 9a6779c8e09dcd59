import { getKernel, LogSoftmax, type Tensor } from '@tensorflow/tfjs-core';
import { currentBackendName } from '../engine/current-backend.ts';
import { callKernel, isRecording } from '../engine/differentiable.ts';
import { logSoftmax } from './log-softmax.ts';

/**
 * `log softmax(scores)` over the last axis, for inference. It uses the backend's own kernel if there is one, instead of
 * the six kernels of TensorFlow.js's operation. Without that kernel, and while a gradient is being computed, it is
 * `logSoftmax`.
 */
export function logProbabilities<T extends Tensor>(scores: T): T {
  if (isRecording() || !getKernel(LogSoftmax, currentBackendName())) return logSoftmax(scores);
  return callKernel(LogSoftmax, { logits: scores }, { axis: scores.rank - 1 })[0] as T;
}

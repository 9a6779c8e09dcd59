import { getKernel, LogSoftmax, type Tensor } from '@tensorflow/tfjs-core';
import { currentBackendName } from '../engine/current-backend.ts';
import { callKernel, isRecording } from '../engine/differentiable.ts';
import { logSoftmax } from './log-softmax.ts';

/**
 * `log softmax(scores)` over the last axis, for inference: by the backend's own kernel where it has one, in place of the six that
 * TensorFlow.js's operation makes of it. While a gradient is being computed it is that operation.
 */
export function logProbabilities<T extends Tensor>(scores: T): T {
  if (isRecording() || !getKernel(LogSoftmax, currentBackendName())) return logSoftmax(scores);
  return callKernel(LogSoftmax, { logits: scores }, { axis: scores.rank - 1 })[0] as T;
}

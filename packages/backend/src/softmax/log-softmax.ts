import { exp, log, logSoftmax as logSoftmaxOnce, max, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { isRecordingTwice, withoutGradient } from '../engine/differentiable.ts';

/**
 * `log softmax(scores)` over the last axis. The second derivatives of TensorFlow.js's version miss terms; here they are
 * right.
 */
export function logSoftmax<T extends Tensor>(scores: T): T {
  if (!isRecordingTwice()) return logSoftmaxOnce(scores);
  const shifted = sub(
    scores,
    withoutGradient(() => max(scores, -1, true)),
  );
  return sub(shifted, log(sum(exp(shifted), -1, true)));
}

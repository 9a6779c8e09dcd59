import type { KernelFunc } from '@tensorflow/tfjs-core';
import { crossEntropyBackwardKernel, crossEntropyForwardKernel } from '../cross-entropy/portable.ts';
import { ctcLossKernel } from '../ctc/portable.ts';
import { philoxDropoutKernel } from '../dropout/portable.ts';
import { unsortedSegmentSumKernel } from '../embedding/portable.ts';
import {
  adagradStepKernel,
  adamStepKernel,
  globalNormKernel,
  rmspropStepKernel,
  scaleTensorsKernel,
  sgdStepKernel,
} from '../optimizer/portable.ts';
import { zeroPaddingKernel } from '../padding/portable.ts';
import { recurrentBackwardKernel } from '../recurrent/portable-backward.ts';
import { recurrentForwardKernel } from '../recurrent/portable-forward.ts';

/** Every kernel of the contract, as plain TensorFlow.js operations that any backend can run. */
export const portableKernels: ReadonlyMap<string, KernelFunc> = new Map(
  [
    recurrentForwardKernel,
    recurrentBackwardKernel,
    crossEntropyForwardKernel,
    crossEntropyBackwardKernel,
    ctcLossKernel,
    philoxDropoutKernel,
    unsortedSegmentSumKernel,
    sgdStepKernel,
    adamStepKernel,
    rmspropStepKernel,
    adagradStepKernel,
    globalNormKernel,
    scaleTensorsKernel,
    zeroPaddingKernel,
  ].map(({ kernelName, kernelFunc }) => [kernelName, kernelFunc]),
);

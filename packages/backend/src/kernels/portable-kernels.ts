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
import type { KernelName } from './kernel-map.ts';
import type { PortableKernel } from './portable-kernel.ts';

const kernels: { readonly [Name in KernelName]: PortableKernel<Name> } = {
  RecurrentForward: recurrentForwardKernel,
  RecurrentBackward: recurrentBackwardKernel,
  CrossEntropyForward: crossEntropyForwardKernel,
  CrossEntropyBackward: crossEntropyBackwardKernel,
  CtcLoss: ctcLossKernel,
  PhiloxDropout: philoxDropoutKernel,
  UnsortedSegmentSum: unsortedSegmentSumKernel,
  SgdStep: sgdStepKernel,
  AdamStep: adamStepKernel,
  RmspropStep: rmspropStepKernel,
  AdagradStep: adagradStepKernel,
  GlobalNorm: globalNormKernel,
  ScaleTensors: scaleTensorsKernel,
  ZeroPadding: zeroPaddingKernel,
};

/** Every kernel of the contract by name, built from plain TensorFlow.js operations that any backend can run. */
export const portableKernels: ReadonlyMap<string, KernelFunc> = new Map(
  Object.values(kernels).map(({ kernelName, kernelFunc }) => [kernelName, kernelFunc]),
);

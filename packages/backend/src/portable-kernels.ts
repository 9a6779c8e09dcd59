import { type KernelFunc, UnsortedSegmentSum } from '@tensorflow/tfjs-core';
import { CrossEntropyBackward, CrossEntropyForward } from './cross-entropy/contract.ts';
import { crossEntropyBackward, crossEntropyForward } from './cross-entropy/portable.ts';
import { CtcLoss } from './ctc/contract.ts';
import { ctcLoss } from './ctc/portable.ts';
import { PhiloxDropout } from './dropout/contract.ts';
import { philoxDropout } from './dropout/portable.ts';
import { unsortedSegmentSum } from './embedding/portable.ts';
import {
  AdagradStep,
  AdamStep,
  GlobalNorm,
  RmspropStep,
  ScaleTensors,
  SgdStep,
} from './optimizer/contract.ts';
import {
  adagradStep,
  adamStep,
  globalNorm,
  rmspropStep,
  scaleTensors,
  sgdStep,
} from './optimizer/portable.ts';
import { ZeroPadding } from './padding/contract.ts';
import { zeroPadding } from './padding/portable.ts';
import { RecurrentBackward, RecurrentForward } from './recurrent/contract.ts';
import { recurrentBackward } from './recurrent/portable-backward.ts';
import { recurrentForward } from './recurrent/portable-forward.ts';

/** Every kernel of the contract, as plain tfjs operations that any backend can run. */
export const portableKernels: ReadonlyMap<string, KernelFunc> = new Map<string, KernelFunc>([
  [RecurrentForward, recurrentForward],
  [RecurrentBackward, recurrentBackward],
  [CrossEntropyForward, crossEntropyForward],
  [CrossEntropyBackward, crossEntropyBackward],
  [CtcLoss, ctcLoss],
  [PhiloxDropout, philoxDropout],
  [UnsortedSegmentSum, unsortedSegmentSum],
  [SgdStep, sgdStep],
  [AdamStep, adamStep],
  [RmspropStep, rmspropStep],
  [AdagradStep, adagradStep],
  [GlobalNorm, globalNorm],
  [ScaleTensors, scaleTensors],
  [ZeroPadding, zeroPadding],
]);

import { arrange } from './arrange.ts';
import { binary } from './binary.ts';
import { convolutions } from './convolution.ts';
import { crossEntropy } from './cross-entropy.ts';
import { ctc } from './ctc.ts';
import { dropout } from './dropout.ts';
import { gather } from './gather.ts';
import { image } from './image.ts';
import type { KernelLowering } from './kernel-lowering.ts';
import { matMul } from './mat-mul.ts';
import { optimizerSteps } from './optimizer.ts';
import { padding } from './padding.ts';
import { pooling } from './pooling.ts';
import { recurrentBackward } from './recurrent/backward.ts';
import { recurrentForward } from './recurrent/forward.ts';
import { reduce } from './reduce.ts';
import { segmentSum } from './segment-sum.ts';
import { softmax } from './softmax.ts';
import { unary } from './unary.ts';

/**
 * Every kernel that is lowered to ONNX. Reshape, ExpandDims and Identity are not among them. They change no element,
 * so code that records kernels treats their result as another view of the same value.
 */
export const lowerings: ReadonlyMap<string, KernelLowering> = new Map([
  ...unary,
  ...binary,
  ...reduce,
  ...softmax,
  ...arrange,
  ...gather,
  ...matMul,
  ...convolutions,
  ...pooling,
  ...image,
  ...crossEntropy,
  ...ctc,
  ...dropout,
  ...padding,
  ...optimizerSteps,
  segmentSum,
  recurrentForward,
  recurrentBackward,
]);

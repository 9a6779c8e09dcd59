import { FromPixels, getKernel, getKernelsForBackend, registerKernel } from '@tensorflow/tfjs-core';
import { BACKEND_NAME } from '../name.ts';
import type { Program } from '../programs/program.ts';
import { transpose, transposeProgram } from './arrange.ts';
import { bincountKernels } from './bincount.ts';
import { cast, castProgram } from './cast.ts';
import { checkedKernels } from './checked-kernels.ts';
import { crossEntropyKernels } from './cross-entropy.ts';
import { ctcLoss, ctcProgram } from './ctc.ts';
import { cumulativeKernels } from './cumulative.ts';
import { dropoutProgram, philoxDropout } from './dropout.ts';
import { einsum } from './einsum.ts';
import { gather } from './gather.ts';
import { hostKernels } from './host-kernels.ts';
import { matMulKernels } from './mat-mul.ts';
import { normKernels, normPrograms } from './norm.ts';
import { optimizerKernels } from './optimizer.ts';
import { paddingProgram, zeroPadding } from './padding.ts';
import { recurrentBackward } from './recurrent-backward.ts';
import { recurrentForward } from './recurrent-forward.ts';
import { reductionKernels } from './reduce.ts';
import { segmentOrderPrograms } from './segment-order.ts';
import { segmentKernels } from './segments.ts';
import { softmaxKernels } from './softmax.ts';
import { unaryKernels, unaryPrograms } from './unary.ts';
import type { WebgpuKernel } from './webgpu-kernel.ts';

/** Every kernel that we implement ourselves; tfjs-backend-webgpu implements all others. */
const webgpuKernels: readonly WebgpuKernel[] = [
  recurrentForward,
  recurrentBackward,
  ...bincountKernels,
  ...checkedKernels,
  ...crossEntropyKernels,
  ctcLoss,
  philoxDropout,
  zeroPadding,
  ...optimizerKernels,
  ...normKernels,
  ...matMulKernels,
  einsum,
  ...reductionKernels,
  ...softmaxKernels,
  ...cumulativeKernels,
  ...segmentKernels,
  gather,
  cast,
  ...unaryKernels,
  transpose,
];

/** Programs with only one variant, which can be compiled before they are called. */
export const fixedPrograms: readonly Program[] = [
  castProgram,
  ctcProgram,
  dropoutProgram,
  paddingProgram,
  transposeProgram,
  ...normPrograms,
  ...segmentOrderPrograms,
  ...unaryPrograms,
];

/**
 * Registers our kernels first, then tfjs-backend-webgpu's for all other names, then tfjs-backend-cpu's on the host. The
 * registry is process-wide and outlives a backend.
 */
export function registerKernels(): void {
  const has = (kernelName: string) => getKernel(kernelName, BACKEND_NAME) !== undefined;
  const register = (kernels: readonly WebgpuKernel[]) => {
    for (const { kernelName, kernelFunc } of kernels)
      if (!has(kernelName)) registerKernel({ kernelName, backendName: BACKEND_NAME, kernelFunc });
  };
  register(webgpuKernels);
  // Without this kernel, TensorFlow.js reads pixels on the host. Node has no canvas from which the GPU could read them.
  const isForCanvases = ({ kernelName }: WebgpuKernel) =>
    kernelName === FromPixels && typeof OffscreenCanvas === 'undefined';
  register(getKernelsForBackend('webgpu').filter((kernel) => !isForCanvases(kernel)));
  register(hostKernels(has));
}

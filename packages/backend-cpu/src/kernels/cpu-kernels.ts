import { arrangingKernels } from './arrange.ts';
import { binaryKernels } from './binary.ts';
import { cast } from './cast.ts';
import type { CpuKernel } from './cpu-kernel.ts';
import { crossEntropyKernels } from './cross-entropy.ts';
import { cumulativeKernels } from './cumulative.ts';
import { philoxDropout } from './dropout.ts';
import { batchMatMul, fusedMatMul } from './mat-mul.ts';
import { optimizerKernels } from './optimizer.ts';
import { recurrentBackward } from './recurrent-backward.ts';
import { recurrentForward } from './recurrent-forward.ts';
import { reductionKernels } from './reduce.ts';
import { rowKernels } from './rows.ts';
import { segmentKernels } from './segments.ts';
import { softmaxKernels } from './softmax.ts';
import { topK } from './top-k.ts';
import { unaryKernels } from './unary.ts';

/** Every kernel that we implement ourselves; tfjs-backend-cpu implements all others. */
export const cpuKernels: readonly CpuKernel[] = [
  batchMatMul,
  fusedMatMul,
  recurrentForward,
  recurrentBackward,
  ...unaryKernels,
  ...binaryKernels,
  ...reductionKernels,
  ...cumulativeKernels,
  ...softmaxKernels,
  topK,
  ...arrangingKernels,
  cast,
  ...rowKernels,
  ...segmentKernels,
  ...crossEntropyKernels,
  philoxDropout,
  ...optimizerKernels,
];

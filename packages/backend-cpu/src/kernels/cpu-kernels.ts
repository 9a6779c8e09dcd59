import type { CpuKernel } from './define-kernel.ts';
import { batchMatMul, fusedMatMul } from './mat-mul.ts';
import { recurrentBackward } from './recurrent-backward.ts';
import { recurrentForward } from './recurrent-forward.ts';

/** Every kernel that runs as our own code; all others are tfjs-backend-cpu's. */
export const cpuKernels: readonly CpuKernel[] = [
  batchMatMul,
  fusedMatMul,
  recurrentForward,
  recurrentBackward,
];

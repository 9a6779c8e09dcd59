import type { CpuKernel } from './define-kernel.ts';

/** Every kernel that runs as our own code; all others are tfjs-backend-cpu's. */
export const cpuKernels: readonly CpuKernel[] = [];

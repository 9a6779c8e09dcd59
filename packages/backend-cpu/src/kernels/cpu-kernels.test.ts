import { portableKernels } from '@unroll/backend/contract';
import { expect, it } from 'vitest';
import { cpuKernels } from './cpu-kernels.ts';

const names = cpuKernels.map(({ kernelName }) => kernelName);

it('has every kernel of the contract but CtcLoss, which runs as portable operations', () => {
  const missing = [...portableKernels.keys()].filter((name) => !names.includes(name));
  expect(missing).toEqual(['CtcLoss']);
});

it('registers no kernel twice', () => {
  expect(new Set(names).size).toBe(names.length);
});

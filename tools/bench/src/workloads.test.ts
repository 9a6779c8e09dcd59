import { expect, it } from 'vitest';
import { flops, workloadById } from './workloads.ts';

it('counts the operations of the matrix products alone', () => {
  expect(flops(workloadById('GEMM'), 'forward')).toBe(2 * 2048 * 384 * 1024);
  // W1: input and hidden products of one gate, 64 steps of 32 rows.
  expect(flops(workloadById('w1'), 'forward')).toBe(2 * 64 * 32 * 256 * (128 + 256));
  expect(flops(workloadById('W1'), 'forward+backward')).toBe(3 * flops(workloadById('W1'), 'forward')!);
  expect(flops(workloadById('E2E'), 'step')).toBeUndefined();
  // W4: the upper layers read both directions.
  expect(flops(workloadById('W4'), 'forward')).toBe(2 * 2 * 24 * 256 * (128 + 256 + 2 * (512 + 256)));
});

it('names the cases where one is unknown', () => {
  expect(() => workloadById('W9')).toThrow(
    "there is no case 'W9'; expected one of GEMM, W1, W2, W3, W4, W5, E2E, P1, P2",
  );
});

import { expect, it } from 'vitest';
import { flops } from './flops.ts';
import { workloadById } from './workloads.ts';

it('counts only the operations of matrix products', () => {
  expect(flops(workloadById('GEMM'), 'forward')).toBe(2 * 2048 * 384 * 1024);
  // W1: input and hidden products of one gate, 64 steps of 32 rows.
  expect(flops(workloadById('w1'), 'forward')).toBe(2 * 64 * 32 * 256 * (128 + 256));
  expect(flops(workloadById('W1'), 'forward+backward')).toBe(3 * flops(workloadById('W1'), 'forward')!);
  expect(flops(workloadById('E2E'), 'step')).toBeUndefined();
  // W4: the upper layers read both directions.
  expect(flops(workloadById('W4'), 'forward')).toBe(2 * 2 * 24 * 256 * (128 + 256 + 2 * (512 + 256)));
});

it('counts the operations of a cell', () => {
  expect(flops(workloadById('C1'), 'forward')).toBe(2 * 64 * 32 * 3 * 128 * 256);
  expect(flops(workloadById('C3'), 'forward')).toBe(2 * 64 * 32 * 2 * 128 * 256);
});

it('counts the operations of an attention encoder-decoder', () => {
  const gru = 2 * 3 * 256 * (256 + 256);
  const keys = 2 * 256 * 256;
  const attention = 2 * 20 * 256 + 2 * 20 * 256 + 2 * 512 * 256;
  const withoutProjection = 64 * 20 * (gru + keys) + 64 * 20 * (gru + attention);
  expect(flops(workloadById('S1p'), 'forward+backward')).toBe(3 * withoutProjection);
  const projection = 64 * 20 * 2 * 256 * 8000;
  expect(flops(workloadById('S1'), 'forward+backward')).toBe(3 * (withoutProjection + projection));
  // A sentence has one hypothesis at the first step and five at each of the other nineteen.
  const hypotheses = 256 * (1 + 5 * 19);
  const search = 256 * 20 * (gru + keys) + hypotheses * (gru + attention + 2 * 256 * 8000);
  expect(flops(workloadById('S2'), 'forward')).toBe(search);
});

it('counts the operations of a character model, and of no other training step', () => {
  const lstm = 2 * 4 * 64 * (64 + 64) * 2;
  expect(flops(workloadById('W6'), 'step')).toBe(3 * 32 * 32 * (lstm + 2 * 64 * 65));
  expect(flops(workloadById('L1'), 'step')).toBeUndefined();
});

import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { cpu, cpuMemory } from '../cpu.ts';
import type { Simd } from '../wasm.ts';

/** The expected result for a row: [value, place], sorted by comparison alone. */
function sorted(row: readonly number[], k: number): [number, number][] {
  const above = (a: number, b: number) => a > b || (Number.isNaN(a) && !Number.isNaN(b));
  return row
    .map((value, place): [number, number] => [value, place])
    .sort(([a, i], [b, j]) => (above(a, b) ? -1 : above(b, a) ? 1 : i - j))
    .slice(0, k);
}

/** A few different values, so that many elements are equal, and numbers of all magnitudes. */
const element = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 3, arbitrary: fc.float({ noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0, 1e-45) },
);

const problems = fc
  .record({ rows: fc.integer({ min: 1, max: 5 }), count: fc.integer({ min: 1, max: 70 }), k: fc.nat(1000) })
  .chain(({ rows, count, k }) =>
    fc.record({
      k: fc.constant(k % (count + 1)),
      x: fc.array(fc.array(element, { minLength: count, maxLength: count }), {
        minLength: rows,
        maxLength: rows,
      }),
    }),
  );

function topk(x: tf.Tensor, k: number) {
  const { values, indices } = tf.topk(x, k);
  const result = { shape: values.shape, values: [...values.dataSync()], indices: [...indices.dataSync()] };
  tf.dispose([values, indices]);
  return result;
}

describe.each<{ simd: Simd; threads: number }>([
  { simd: 'relaxed', threads: 2 },
  { simd: 'plain', threads: 1 },
])('top-k ($simd SIMD, $threads threads)', ({ simd, threads }) => {
  beforeAll(async () => {
    await useBackend(cpu({ simd, threads }));
  });

  it('is the start of each sorted row, with the first of equal values before the others', () => {
    const before = cpuMemory().bytesInUse;
    fc.assert(
      fc.property(problems, ({ x, k }) => {
        const rows = x.map((row) => row.map(Math.fround));
        const expected = rows.flatMap((row) => sorted(row, k));
        const tensor = tf.tensor2d(rows);
        const { shape, values, indices } = topk(tensor, k);
        tensor.dispose();
        expect(shape).toEqual([x.length, k]);
        expect(indices).toEqual(expected.map(([, place]) => place));
        expect(values).toEqual(expected.map(([value]) => value));
      }),
      { numRuns: 300 },
    );
    expect(cpuMemory().bytesInUse).toBe(before);
  });

  it.each([1, 12, 1000, 8000])('of ascending, descending and constant rows, k = %i', (k) => {
    const rising = Array.from({ length: 8000 }, (_, i) => i);
    const rows = [rising, rising.toReversed(), rising.map(() => 1), rising.map((i) => (i * 7919) % 8000)];
    const { indices } = topk(tf.tensor2d(rows), k);
    expect(indices).toEqual(rows.flatMap((row) => sorted(row, k).map(([, place]) => place)));
  });

  it('puts NaN first, like PyTorch', () => {
    const { values, indices } = topk(tf.tensor1d([3, Number.NaN, Infinity, Number.NaN, 1]), 4);
    expect(values).toEqual([Number.NaN, Number.NaN, Infinity, 3]);
    expect(indices).toEqual([1, 3, 2, 0]);
  });

  it('uses the last of several axes, and gives an empty result for an empty tensor', () => {
    expect(topk(tf.reshape(tf.range(0, 24), [2, 3, 4]), 2)).toEqual({
      shape: [2, 3, 2],
      values: [3, 2, 7, 6, 11, 10, 15, 14, 19, 18, 23, 22],
      indices: [3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2],
    });
    expect(topk(tf.zeros([0, 4]), 2).shape).toEqual([0, 2]);
    expect(topk(tf.zeros([3, 4]), 0).shape).toEqual([3, 0]);
    expect(topk(tf.zeros([3, 0]), 0).shape).toEqual([3, 0]);
  });
});

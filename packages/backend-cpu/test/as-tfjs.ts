import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { cpu } from '../src/cpu.ts';
import { BACKEND_NAME } from '../src/name.ts';

/** Ordinary values, and values that are difficult for rounding, overflow and comparisons. */
export const number = fc.oneof(
  { weight: 8, arbitrary: fc.float({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, 1e-40, 100, -100) },
);

export const axisSize = fc.integer({ min: 1, max: 7 });
export const anyShape = fc.array(axisSize, { minLength: 0, maxLength: 4 });

/** A tensor of the shape, filled by repeating the drawn values. */
export function fillShape(shape: readonly number[], values: readonly number[]): tf.Tensor {
  const size = tf.util.sizeFromShape(shape as number[]);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => values[i % values.length]!),
    shape as number[],
  );
}

type Values = Float32Array | Int32Array | Uint8Array;

interface Result {
  shape: number[];
  dtype: string;
  values: Values;
}

type NamedTensors = Readonly<Record<string, tf.Tensor | undefined>>;

/** The results of a computation: one tensor, several, or tensors by name */
export type Computed = tf.Tensor | tf.Tensor[] | NamedTensors;

function listed(computed: Computed): tf.Tensor[] {
  if (computed instanceof tf.Tensor || Array.isArray(computed)) return [computed].flat();
  return Object.values(computed).filter((tensor) => tensor !== undefined);
}

/** The results of a computation on one backend. The computation creates its inputs there, from numbers. */
export function on(backend: string, compute: () => Computed): Result[] {
  tf.setBackend(backend);
  return tf.tidy(() => {
    return listed(compute()).map((output) => ({
      shape: output.shape,
      dtype: output.dtype,
      values: output.dataSync(),
    }));
  }) as unknown as Result[];
}

/** Compares with tfjs-backend-cpu, up to the given relative and absolute errors; NaN and ∞ must be equal exactly. */
export function expectAsTfjs(compute: () => Computed, relative = 2e-6, absolute = 1e-6): void {
  const expected = on('cpu', compute);
  const actual = on(BACKEND_NAME, compute);
  expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  actual.forEach(({ values }, which) => {
    const wanted = expected[which]!.values;
    expect(values.length).toBe(wanted.length);
    values.forEach((value, i) => {
      const want = wanted[i]!;
      if (Object.is(value, want) || value === want || (Number.isNaN(value) && Number.isNaN(want))) return;
      expect(
        Math.abs(value - want),
        `element ${i}: ${value}, tfjs-backend-cpu has ${want}`,
      ).toBeLessThanOrEqual(absolute + relative * Math.abs(want));
    });
  });
}

/** Runs the tests of a file on the backend, with two threads. */
export function useCpuBackend(): void {
  beforeAll(() => useBackend(cpu({ threads: 2 })));
  afterAll(() => tf.removeBackend(BACKEND_NAME));
}

import { exp, sigmoid, type Tensor1D, tanh, tensor1d } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { describe, expect, it } from 'vitest';
import { cpu } from '../cpu.ts';

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** Distance between neighbouring float32 numbers at `value`. */
function ulp(value: number): number {
  float[0] = Math.abs(value);
  const below = float[0]!;
  bits[0]! += 1;
  return float[0]! - below;
}

/** Numbers of every magnitude and both signs for which the function neither overflows nor is denormal. */
function samples(limit: number): Float32Array {
  const values: number[] = [];
  for (let x = 1e-6; x < limit; x *= 1.0007) values.push(x, -x);
  return Float32Array.from(values);
}

const functions = [
  { name: 'exp', run: exp<Tensor1D>, exact: Math.exp, limit: 87, ulps: 2 },
  {
    name: 'sigmoid',
    run: sigmoid<Tensor1D>,
    exact: (x: number) => 1 / (1 + Math.exp(-x)),
    limit: 87,
    ulps: 3,
  },
  { name: 'tanh', run: tanh<Tensor1D>, exact: Math.tanh, limit: 87, ulps: 2 },
];

describe.each(['relaxed', 'plain'] as const)('with %s SIMD', (simd) => {
  it.each(functions)('$name is within $ulps ulp', async ({ run, exact, limit, ulps }) => {
    await useBackend(cpu({ simd, threads: 1 }));
    const x = samples(limit);
    const y = run(tensor1d(x)).dataSync();
    let largest = 0;
    x.forEach((value, i) => {
      const expected = exact(value);
      largest = Math.max(largest, Math.abs(y[i]! - expected) / ulp(expected));
    });
    expect(largest).toBeLessThan(ulps);
  });

  it('exp, sigmoid and tanh have their limits at infinity and propagate NaN', async () => {
    await useBackend(cpu({ simd, threads: 1 }));
    const x = tensor1d([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1000, -1000, 0]);
    expect([...exp(x).dataSync()]).toEqual([
      Number.POSITIVE_INFINITY,
      0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      0,
      1,
    ]);
    expect([...sigmoid(x).dataSync()]).toEqual([1, 0, Number.NaN, 1, 0, 0.5]);
    expect([...tanh(x).dataSync()]).toEqual([1, -1, Number.NaN, 1, -1, 0]);
  });
});

import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { beforeAll, describe, expect, it } from 'vitest';
import { webgpu } from '../webgpu.ts';

beforeAll(async () => {
  await useBackend(webgpu({ forceFallbackAdapter: true }));
  tf.env().set('WEBGPU_CPU_FORWARD', false);
});

/** The values of a function at the given numbers. */
async function valuesOf(compute: (x: tf.Tensor) => tf.Tensor, numbers: number[]): Promise<number[]> {
  const result = tf.tidy(() => compute(tf.tensor1d(numbers)));
  const values = [...(await result.data())];
  result.dispose();
  return values;
}

describe('functions of small numbers', () => {
  const functions = {
    exp: { compute: tf.exp, exact: Math.exp },
    log: { compute: tf.log, exact: Math.log },
    sigmoid: { compute: tf.sigmoid, exact: (x: number) => 1 / (1 + Math.exp(-x)) },
    log1p: { compute: tf.log1p, exact: Math.log1p },
    expm1: { compute: tf.expm1, exact: Math.expm1 },
    tanh: { compute: tf.tanh, exact: Math.tanh },
    elu: { compute: tf.elu, exact: (x: number) => (x >= 0 ? x : Math.expm1(x)) },
    softplus: {
      compute: tf.softplus,
      exact: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    },
  };
  const xs = [1e-6, 1e-3, 0.1, 0.49, 0.51, 0.9, 3, 20].flatMap((x) => [x, -x]);

  it.each(Object.keys(functions) as (keyof typeof functions)[])('%s keeps its digits', async (name) => {
    const points = name.startsWith('log') ? xs.filter((x) => x > (name === 'log' ? 0 : -1)) : xs;
    const values = await valuesOf(functions[name].compute, points);
    points.forEach((x, i) => {
      const exact = functions[name].exact(Math.fround(x));
      expect(Math.abs(values[i]! / exact - 1), `${name} of ${x}`).toBeLessThan(1e-5);
    });
  });

  it('log and log1p are infinite if their argument is 0 or ∞, and NaN if it is negative', async () => {
    const ends = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN];
    expect(await valuesOf(tf.log, [0, Number.POSITIVE_INFINITY, -1])).toEqual(ends);
    expect(await valuesOf(tf.log1p, [-1, Number.POSITIVE_INFINITY, -2])).toEqual(ends);
  });

  it('give NaN for NaN', async () => {
    for (const [name, { compute }] of Object.entries(functions)) {
      expect(await valuesOf(compute, [Number.NaN]), name).toEqual([Number.NaN]);
    }
  });
});

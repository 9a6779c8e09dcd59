import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { webgpu } from '../webgpu.ts';

beforeAll(async () => {
  await useBackend(webgpu({ forceFallbackAdapter: true }));
  tf.env().set('WEBGPU_CPU_FORWARD', false);
});

/** The values of the tensor that a function returns. */
async function valuesOf(make: () => tf.Tensor): Promise<number[]> {
  const result = tf.tidy(make);
  const values = [...(await result.data())];
  result.dispose();
  return values;
}

/** Numbers whose sums are exact in any order. */
const wholes = (size: number, seed = 1): number[] =>
  Array.from({ length: size }, (_, i) => ((i * 7919 + seed * 104_729) % 17) - 8);

const anyShape = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 });

/** The indices of each element. */
function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

const flat = (index: readonly number[], shape: readonly number[]): number =>
  index.reduce((place, i, axis) => place * shape[axis]! + i, 0);

const check = <T>(property: fc.IAsyncProperty<T>, numRuns = 40): Promise<void> =>
  fc.assert(property, { numRuns, seed: 1 });

describe('transpose', () => {
  it('moves each element according to the permutation, for any shape', async () => {
    const anyCase = anyShape.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        perm: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
      }),
    );
    await check(
      fc.asyncProperty(anyCase, async ({ shape, perm }) => {
        const x = wholes(tf.util.sizeFromShape(shape));
        const expected = indicesOf(perm.map((axis) => shape[axis]!)).map((index) => {
          const source = shape.map((_, axis) => index[perm.indexOf(axis)]!);
          return x[flat(source, shape)]!;
        });
        expect(await valuesOf(() => tf.transpose(tf.tensor(x, shape), perm))).toEqual(expected);
      }),
    );
  });

  it('transposes matrices of several tiles, alone and in a batch', async () => {
    for (const [batch, rows, columns] of [
      [1, 37, 50],
      [3, 16, 33],
    ] as const) {
      const x = wholes(batch * rows * columns);
      const expected = indicesOf([batch, columns, rows]).map(
        ([b, j, i]) => x[(b! * rows + i!) * columns + j!]!,
      );
      const turned = () => tf.transpose(tf.tensor(x, [batch, rows, columns]), [0, 2, 1]);
      expect(await valuesOf(turned)).toEqual(expected);
    }
  });
});

describe('reductions', () => {
  const reductions = {
    sum: { compute: tf.sum, exact: (values: number[]) => values.reduce((total, value) => total + value, 0) },
    max: { compute: tf.max, exact: (values: number[]) => Math.max(...values) },
    min: { compute: tf.min, exact: (values: number[]) => Math.min(...values) },
    prod: {
      compute: tf.prod,
      exact: (values: number[]) => values.reduce((total, value) => total * value, 1),
    },
  };
  const anyCase = anyShape.chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      axes: fc.subarray([...shape.keys()]),
      name: fc.constantFrom(...(Object.keys(reductions) as (keyof typeof reductions)[])),
      dtype: fc.constantFrom('float32' as const, 'int32' as const),
    }),
  );

  it('reduce any axes', async () => {
    await check(
      fc.asyncProperty(anyCase, async ({ shape, axes, name, dtype }) => {
        fc.pre(name === 'sum' || shape.every((size) => size > 0));
        const size = tf.util.sizeFromShape(shape);
        const x = name === 'prod' ? wholes(size).map((value) => (value > 0 ? 1 : -1)) : wholes(size);
        const kept = shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
        const groups = Array.from({ length: tf.util.sizeFromShape(kept) }, () => [] as number[]);
        indicesOf(shape).forEach((index, i) => {
          const place = index.map((at, axis) => (axes.includes(axis) ? 0 : at));
          groups[flat(place, kept)]!.push(x[i]!);
        });
        const result = await valuesOf(() => reductions[name].compute(tf.tensor(x, shape, dtype), axes, true));
        expect(result.map((value) => value + 0)).toEqual(
          groups.map((group) => reductions[name].exact(group) + 0),
        );
      }),
      80,
    );
  });

  it('give NaN where an element is NaN', async () => {
    const x = () => tf.tensor([1, Number.NaN, 3, 4, 5, 6], [2, 3]);
    for (const reduce of [tf.sum, tf.max, tf.min, tf.prod, tf.mean]) {
      const [first, second] = await valuesOf(() => reduce(x(), 1));
      expect(first, reduce.name).toBeNaN();
      expect(second, reduce.name).toBeGreaterThan(0);
    }
  });
});

describe('the sum of segments', () => {
  const naive = (x: number[], ids: number[], features: number, segments: number): number[] => {
    const sums = new Array<number>(segments * features).fill(0);
    ids.forEach((id, row) => {
      if (id < 0 || id >= segments) return;
      for (let f = 0; f < features; f++) sums[id * features + f]! += x[row * features + f]!;
    });
    return sums;
  };
  const anyCase = fc.record({
    rows: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(128, 500, 2_500)),
    features: fc.integer({ min: 1, max: 3 }),
    segments: fc.constantFrom(1, 2, 7, 3_000),
    onHost: fc.boolean(),
    seed: fc.integer({ min: 1, max: 1_000 }),
  });

  it('adds rows by segments whose ids are on the host or on the GPU', async () => {
    await check(
      fc.asyncProperty(anyCase, async ({ rows, features, segments, onHost, seed }) => {
        const x = wholes(rows * features, seed);
        const ids = Array.from({ length: rows }, (_, i) => ((i * i * seed) % (segments + 2)) - 1);
        const sums = await valuesOf(() => {
          const known = tf.tensor1d(ids, 'int32');
          const segmentIds: tf.Tensor1D = onHost ? known : tf.add(known, tf.scalar(0, 'int32'));
          return tf.unsortedSegmentSum(tf.tensor(x, [rows, features]), segmentIds, segments);
        });
        expect(sums).toEqual(naive(x, ids, features, segments));
      }),
    );
  });

  it('is the same each time, bit for bit', async () => {
    const x = Array.from({ length: 3_000 }, (_, i) => Math.sin(i));
    const ids = x.map((_, i) => (i * i) % 5);
    const sums = () =>
      valuesOf(() => {
        const segmentIds: tf.Tensor1D = tf.add(tf.tensor1d(ids, 'int32'), tf.scalar(0, 'int32'));
        return tf.unsortedSegmentSum(tf.tensor1d(x), segmentIds, 5);
      });
    expect(await sums()).toEqual(await sums());
  });

  it('accepts tuples of indices, and refuses those out of range', async () => {
    const scattered = (...last: [number, number]) =>
      valuesOf(() =>
        tf.scatterND(tf.tensor2d([[0, 1], [2, 3], [0, 1], last], [4, 2], 'int32'), tf.range(1, 5), [3, 4]),
      );
    expect(await scattered(1, 0)).toEqual([0, 4, 0, 0, 4, 0, 0, 0, 0, 0, 0, 2]);
    await expect(scattered(3, 0)).rejects.toThrow(
      'ScatterNd: the index value 3 is not in [0, 2] (indices[6])',
    );
    await expect(scattered(1, -1)).rejects.toThrow('ScatterNd: the index value -1 is not in [0, 3]');
  });
});

describe('cumulative sums', () => {
  const anyCase = fc.record({
    sizes: fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(1, 5, 64, 65, 200, 2_100),
      fc.integer({ min: 1, max: 3 }),
    ),
    exclusive: fc.boolean(),
    reverse: fc.boolean(),
  });

  it('accumulate the elements before each element, in either direction', async () => {
    await check(
      fc.asyncProperty(anyCase, async ({ sizes, exclusive, reverse }) => {
        const [outer, length, inner] = sizes;
        const x = wholes(outer * length * inner);
        const expected = new Array<number>(x.length);
        for (let o = 0; o < outer; o++) {
          for (let i = 0; i < inner; i++) {
            let sum = 0;
            for (let step = 0; step < length; step++) {
              const at = (o * length + (reverse ? length - 1 - step : step)) * inner + i;
              if (!exclusive) sum += x[at]!;
              expected[at] = sum;
              if (exclusive) sum += x[at]!;
            }
          }
        }
        expect(await valuesOf(() => tf.cumsum(tf.tensor(x, sizes), 1, exclusive, reverse))).toEqual(expected);
      }),
    );
  });
});

describe('products of matrices', () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(33, 64, 70));
  const anyCase = fc.record({
    m: size,
    n: size,
    k: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(511, 600, 1_100)),
    batch: fc.constantFrom([1, 1], [3, 3], [1, 3], [3, 1]),
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
    hasBias: fc.boolean(),
  });

  it('equal the result of three loops, for any shapes', async () => {
    await check(
      fc.asyncProperty(anyCase, async ({ m, n, k, batch, transposeA, transposeB, hasBias }) => {
        const [batchA, batchB] = batch as [number, number];
        const a = wholes(batchA * m * k);
        const b = wholes(batchB * k * n, 2);
        const bias = hasBias ? wholes(n, 3) : new Array<number>(n).fill(0);
        const matrices = Math.max(batchA, batchB);
        const expected = indicesOf([matrices, m, n]).map(([matrix, i, j]) => {
          const firstA = (batchA === 1 ? 0 : matrix!) * m * k;
          const firstB = (batchB === 1 ? 0 : matrix!) * k * n;
          let sum = bias[j!]!;
          for (let p = 0; p < k; p++) {
            const left = a[firstA + (transposeA ? p * m + i! : i! * k + p)]!;
            sum += left * b[firstB + (transposeB ? j! * k + p : p * n + j!)]!;
          }
          return sum;
        });
        const result = await valuesOf(() => {
          const left = tf.tensor3d(a, transposeA ? [batchA, k, m] : [batchA, m, k]);
          const right = tf.tensor3d(b, transposeB ? [batchB, n, k] : [batchB, k, n]);
          if (!hasBias) return tf.matMul(left, right, transposeA, transposeB);
          return tf.fused.matMul({ a: left, b: right, transposeA, transposeB, bias: tf.tensor1d(bias) });
        });
        expect(result.map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
      }),
      60,
    );
  });
});

describe('a cast', () => {
  it('converts integers to floats for our programs and for those of TensorFlow.js', async () => {
    const floats = () => tf.cast(tf.add(tf.tensor1d([1, -2, 3], 'int32'), tf.scalar(0, 'int32')), 'float32');
    expect(await valuesOf(floats)).toEqual([1, -2, 3]);
    expect(await valuesOf(() => tf.sum(floats()))).toEqual([2]);
    expect(await valuesOf(() => tf.add(floats(), 0.5))).toEqual([1.5, -1.5, 3.5]);
    expect(await valuesOf(() => tf.sum(tf.cast(tf.greater(floats(), 0), 'float32')))).toEqual([2]);
  });
});

import {
  add,
  fill,
  grad,
  logSoftmax,
  losses,
  mean,
  moments,
  mul,
  norm,
  prod,
  softmax,
  sum,
  type Tensor,
  tensor,
  tidy,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { crossEntropyRows, globalNorm, meanCrossEntropy } from '@unroll/backend/operations';
import { type Check, checksOf, type Subject } from './check.ts';
import { draw } from './host-tensor.ts';

/**
 * With this many elements, a plain single-precision sum loses its third digit. Not all of these numbers are multiples
 * of 4.
 */
const N = 4_000_002;

/** A computation, and the exact value of each element of its result. */
interface LongSum {
  compute(): Tensor;
  exact: number;
}

const tenth = Math.fround(0.1);
const alike = (shape: number[]) => fill(shape, 0.1);

const sums: Readonly<Record<string, LongSum>> = {
  'all elements': { compute: () => sum(alike([N])), exact: N * tenth },
  rows: { compute: () => sum(alike([3, N / 3]), 1), exact: (N / 3) * tenth },
  columns: { compute: () => sum(alike([N / 3, 3]), 0), exact: (N / 3) * tenth },
  'columns of a transposed matrix': {
    compute: () => sum(transpose(mul(alike([3, N / 3]), 1)), 0),
    exact: (N / 3) * tenth,
  },
  'rows of a transposed matrix': {
    compute: () => sum(transpose(mul(alike([N / 3, 3]), 1)), 1, true),
    exact: (N / 3) * tenth,
  },
  'an inner axis': { compute: () => sum(alike([2, N / 6, 3]), 1, true), exact: (N / 6) * tenth },
  'two axes': { compute: () => sum(alike([N / 6, 2, 3]), [0, 1]), exact: (N / 3) * tenth },
  'axes apart': { compute: () => sum(alike([N / 6, 2, 3]), [0, 2]), exact: (N / 2) * tenth },
  'a number of elements that nothing divides': {
    compute: () => sum(alike([3_999_971])),
    exact: 3_999_971 * tenth,
  },
  'a mean': { compute: () => mean(alike([N])), exact: tenth },
  'a mean of columns': { compute: () => mean(alike([N / 3, 3]), 0), exact: tenth },
  'squared errors': {
    compute: () => losses.meanSquaredError(zeros([N / 3, 3]), alike([N / 3, 3])),
    exact: Math.fround(tenth * tenth),
  },
  'a variance': {
    compute: () => moments(add(alike([N / 2, 2]), tensor([0, 0.2]))).variance,
    exact: 0.01,
  },
  'squares, for a norm': { compute: () => norm(alike([N])), exact: Math.sqrt(N) * tenth },
  'squares, for a norm over several tensors': {
    compute: () => globalNorm([alike([N / 3, 3]), alike([5])]),
    exact: Math.sqrt(N + 5) * tenth,
  },
  'a bias’s gradient': {
    compute: () => grad((bias) => sum(mul(add(zeros([N / 3, 3]), bias), 0.1)))(zeros([3])),
    exact: (N / 3) * tenth,
  },
  factors: { compute: () => prod(fill([2000], 1.001)), exact: Math.fround(1.001) ** 2000 },
  'exponentials of a softmax': { compute: () => softmax(fill([1, N], 0.3)), exact: 1 / N },
  'exponentials of its logarithm': { compute: () => logSoftmax(fill([1, N], 0.3)), exact: -Math.log(N) },
  'the losses of many rows': {
    compute: () => meanCrossEntropy({ logits: zeros([N / 3, 3]), target: zeros([N / 3], 'int32') }),
    exact: Math.log(3),
  },
  'many classes, smoothed': {
    compute: () =>
      crossEntropyRows({ logits: zeros([1, N]), target: zeros([1], 'int32') }, { labelSmoothing: 0.5 }).loss,
    exact: Math.log(N),
  },
};

/** Checks that sums over millions of elements keep their digits. */
export function longSumChecks({ backend, forwardTolerance }: Subject): Check[] {
  const compare =
    (name: string, { compute, exact }: LongSum) =>
    async () => {
      await useBackend(backend);
      const result = tidy(compute);
      const values = await result.data();
      result.dispose();
      for (const value of values) {
        const error = Math.abs(value / exact - 1);
        if (!(error <= forwardTolerance)) {
          throw new Error(
            `${name}: ${value}; expected ${exact}, and no more than ${forwardTolerance} of it off`,
          );
        }
      }
    };
  const checks = Object.entries(sums).map(
    ([name, wanted]) => [`adds up ${name} without losing digits`, compare(name, wanted)] as const,
  );
  return checksOf('long sums', {
    ...Object.fromEntries(checks),
    'sums differing numbers like a sum in double precision': async () => {
      await useBackend(backend);
      const { values } = draw('long sums', [999, 1001], [0, 1]);
      const x = tensor(Float32Array.from(values), [999, 1001]);
      const wanted = { rows: new Float64Array(999), columns: new Float64Array(1001) };
      for (let i = 0; i < values.length; i++) {
        wanted.rows[Math.floor(i / 1001)]! += values[i]!;
        wanted.columns[i % 1001]! += values[i]!;
      }
      for (const [name, axis] of [
        ['rows', 1],
        ['columns', 0],
      ] as const) {
        const result = sum(x, axis);
        (await result.data()).forEach((value, i) => {
          const exact = wanted[name][i]!;
          if (!(Math.abs(value / exact - 1) <= forwardTolerance)) {
            throw new Error(`sum ${i} of ${name}: ${value}; expected ${exact}`);
          }
        });
        result.dispose();
      }
      x.dispose();
    },
  });
}

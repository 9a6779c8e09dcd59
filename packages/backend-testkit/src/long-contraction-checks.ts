import {
  _FusedMatMul,
  BatchMatMul,
  Cumsum,
  cumsum,
  dot,
  Einsum,
  einsum,
  fill,
  fused,
  gather,
  getKernel,
  grad,
  grads,
  logSumExp,
  matMul,
  mul,
  ones,
  reshape,
  ScatterNd,
  Sum,
  scatterND,
  slice,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tidy,
  unsortedSegmentSum,
  zeros,
} from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { recurrent } from '@unroll/backend/operations';
import { type Check, checksOf, type Subject } from './check.ts';
import { draw } from './host-tensor.ts';

/**
 * With this many products, a plain single-precision sum loses its third digit. One length is prime, the other has many
 * divisors.
 */
const PRIME = 2_000_003;
const EVEN = 2_000_000;

interface LongContraction {
  /** The kernel that sums, or with which a portable kernel sums. Default: BatchMatMul */
  kernel?: string;
  compute(length: number): Tensor;
  /** The exact value of each element of the result */
  exact(length: number): number;
  /** Default: PRIME and EVEN */
  lengths?: readonly number[];
}

const tenth = Math.fround(0.1);
const tenths = (...shape: number[]) => fill(shape, 0.1);
const total = (length: number) => length * tenth;

const contractions: Readonly<Record<string, LongContraction>> = {
  'two vectors': { compute: (k) => dot(ones([k]) as Tensor1D, tenths(k) as Tensor1D), exact: total },
  'a row and a matrix': { compute: (k) => matMul(ones([1, k]), tenths(k, 3)), exact: total },
  'a row and a transposed matrix': {
    compute: (k) => matMul(ones([1, k]), tenths(5, k), false, true),
    exact: total,
  },
  'a matrix and a column': { compute: (k) => matMul(ones([5, k]), tenths(k, 1)), exact: total },
  'a transposed matrix and a column': {
    compute: (k) => matMul(ones([k, 5]), tenths(k, 1), true),
    exact: total,
  },
  'few rows and columns': { compute: (k) => matMul(ones([2, k]), tenths(k, 3)), exact: total },
  'two matrices': { compute: (k) => matMul(ones([5, k]), tenths(k, 4)), exact: total },
  'two matrices, the first transposed': {
    compute: (k) => matMul(ones([k, 5]), tenths(k, 4), true),
    exact: total,
  },
  'two matrices, the second transposed': {
    compute: (k) => matMul(ones([5, k]), tenths(4, k), false, true),
    exact: total,
  },
  'two transposed matrices': {
    compute: (k) => matMul(ones([k, 5]), tenths(4, k), true, true),
    exact: total,
  },
  'matrices of many tiles': {
    compute: (k) => matMul(ones([k, 19]), tenths(k, 21), true),
    exact: total,
    lengths: [200_003, 204_800],
  },
  'batches of matrices': {
    compute: (k) => matMul(ones([2, 4, k]), tenths(2, k, 2)),
    exact: total,
    lengths: [1_000_003],
  },
  'a batch that is shared': {
    compute: (k) => matMul(ones([2, k, 4]), tenths(1, k, 2), true),
    exact: total,
    lengths: [1_000_003],
  },
  'matrices, a bias and an activation': {
    kernel: _FusedMatMul,
    compute: (k) =>
      fused.matMul({
        a: ones([4, k]) as Tensor2D,
        b: tenths(k, 2) as Tensor2D,
        bias: ones([2]),
        activation: 'relu',
      }),
    exact: (k) => 1 + total(k),
  },
  'a matrix, a column and a bias': {
    kernel: _FusedMatMul,
    compute: (k) =>
      fused.matMul({ a: ones([4, k]) as Tensor2D, b: tenths(k, 1) as Tensor2D, bias: ones([1]) }),
    exact: (k) => 1 + total(k),
  },
  'indices of an einsum': {
    kernel: Einsum,
    compute: (k) => einsum('ij,jk->ik', ones([2, k]), tenths(k, 3)),
    exact: total,
  },
  'all indices of an einsum': {
    kernel: Einsum,
    compute: (k) => einsum('i,i->', ones([k]), tenths(k)),
    exact: total,
  },
  'the only operand of an einsum': {
    kernel: Einsum,
    compute: (k) => einsum('ij->j', tenths(k, 3)),
    exact: total,
  },
  'a batch of an einsum with spaces': {
    kernel: Einsum,
    compute: (k) => einsum('zaj, zja -> z', ones([2, k / 1000, 1000]), tenths(2, 1000, k / 1000)),
    exact: total,
    lengths: [EVEN],
  },
  'two indices of an einsum': {
    kernel: Einsum,
    compute: (k) => einsum('abc,bcd->ad', ones([2, k / 1000, 1000]), tenths(k / 1000, 1000, 2)),
    exact: total,
    lengths: [EVEN],
  },
  'rows of one segment': {
    kernel: ScatterNd,
    compute: (k) => slice(unsortedSegmentSum(tenths(k, 2), zeros([k], 'int32') as Tensor1D, 3), 0, 1),
    exact: total,
  },
  'elements of one segment': {
    kernel: ScatterNd,
    compute: (k) => unsortedSegmentSum(tenths(k), zeros([k], 'int32') as Tensor1D, 1),
    exact: total,
  },
  'rows of one segment of many': {
    kernel: ScatterNd,
    compute: (k) => slice(unsortedSegmentSum(tenths(k, 1), zeros([k], 'int32') as Tensor1D, 2 * k), 0, 1),
    exact: total,
    lengths: [1_000_003],
  },
  'updates of one place': {
    kernel: ScatterNd,
    compute: (k) => scatterND(zeros([k, 1], 'int32'), tenths(k), [1]),
    exact: total,
  },
  'the gradients of a row that is taken many times': {
    kernel: ScatterNd,
    compute: (k) =>
      slice(grad((w) => sum(mul(gather(w, zeros([k], 'int32') as Tensor1D), 0.1)))(ones([2, 2])), 0, 1),
    exact: total,
  },
  'elements up to each': { kernel: Cumsum, compute: (k) => slice(cumsum(tenths(k)), k - 1, 1), exact: total },
  'elements after each': {
    kernel: Cumsum,
    compute: (k) => slice(cumsum(tenths(2, k), 1, true, true), [0, 0], [2, 1]),
    exact: (k) => total(k - 1),
  },
  'elements of columns up to each': {
    kernel: Cumsum,
    compute: (k) => slice(cumsum(tenths(k, 3), 0), [k - 1, 0], [1, 3]),
    exact: total,
  },
  'exponentials of a logarithm': {
    kernel: Sum,
    compute: (k) => logSumExp(tenths(k)),
    exact: (k) => Math.log(k) + tenth,
  },
  'exponentials of columns': {
    kernel: Sum,
    compute: (k) => logSumExp(tenths(k, 3), 0),
    exact: (k) => Math.log(k) + tenth,
  },
};

/** The gradients of recurrent weights are products over this many steps and rows. */
const STEPS = 500;
const ROWS = 1_000;

/** The gradients of an RNN whose weights are 0 and whose outputs are summed: each step adds the same number. */
function recurrentGradients(): Tensor {
  const bias = 0.5;
  const loss = (weightIh: Tensor, weightHh: Tensor): Tensor => {
    const x = tenths(STEPS, ROWS, 1);
    const { y } = recurrent(
      {
        x: reshape(x, [STEPS, ROWS, 1]),
        weightIh: weightIh as Tensor2D,
        weightHh: weightHh as Tensor2D,
        biasIh: fill([2], bias),
        biasHh: zeros([2]),
      },
      { mode: 'rnn_tanh' },
    );
    return sum(y);
  };
  const [dWeightIh, dWeightHh] = grads(loss)([zeros([2, 1]), zeros([2, 2])]) as [Tensor, Tensor];
  const h = Math.fround(Math.tanh(bias));
  const slope = 1 - h * h;
  const first = mul(dWeightIh, 1 / (STEPS * ROWS * tenth * slope));
  const second = mul(dWeightHh, 1 / ((STEPS - 1) * ROWS * h * slope));
  return matMul(first, slice(second, [0, 0], [1, 2]));
}

/** Checks that contractions, scattered sums and cumulative sums over millions of elements keep their digits. */
export function longContractionChecks({ backend, reference, forwardTolerance }: Subject): Check[] {
  /** The contract does not cover the kernels of tfjs-backend-cpu itself, on any backend. */
  const isTfjs = (kernel: string) =>
    getKernel(kernel, backend.name).kernelFunc === getKernel(kernel, reference.name).kernelFunc;
  const compare = async (name: string, kernel: string, make: () => Tensor, exact: number) => {
    await useBackend(backend);
    if (isTfjs(kernel)) return;
    const result = tidy(make);
    const values = await result.data();
    result.dispose();
    for (const value of values) {
      if (!(Math.abs(value / exact - 1) <= forwardTolerance)) {
        throw new Error(
          `${name}: ${value}; expected ${exact}, and no more than ${forwardTolerance} of it off`,
        );
      }
    }
  };
  const checks = Object.entries(contractions).map(
    ([name, { kernel = BatchMatMul, compute, exact, lengths = [PRIME, EVEN] }]) => {
      const check = async () => {
        for (const length of lengths) {
          await compare(`${name}, ${length} long`, kernel, () => compute(length), exact(length));
        }
      };
      return [`contracts ${name} without losing digits`, check] as const;
    },
  );
  return checksOf('long contractions', {
    ...Object.fromEntries(checks),
    'sums recurrent weights’ gradients over many steps and rows without losing digits': () =>
      compare('the product of shares of the gradients', BatchMatMul, recurrentGradients, 1),
    'contracts differing numbers like a product in double precision': async () => {
      await useBackend(backend);
      if (isTfjs(BatchMatMul)) return;
      for (const [m, k, n] of [
        [3, 20_011, 5],
        [1, 20_480, 7],
        [6, 4_500, 1],
      ] as const) {
        const a = draw('long contraction, a', [m, k], [0, 1]).values;
        const b = draw('long contraction, b', [k, n], [0, 1]).values;
        const exact = new Float64Array(m * n);
        for (let i = 0; i < m * k; i++) {
          for (let j = 0; j < n; j++) exact[Math.floor(i / k) * n + j]! += a[i]! * b[(i % k) * n + j]!;
        }
        const result = tidy(() =>
          matMul(tensor(Float32Array.from(a), [m, k]), tensor(Float32Array.from(b), [k, n])),
        );
        (await result.data()).forEach((value, i) => {
          if (!(Math.abs(value / exact[i]! - 1) <= forwardTolerance)) {
            throw new Error(`element ${i} of [${m}, ${k}]·[${k}, ${n}]: ${value}; expected ${exact[i]}`);
          }
        });
        result.dispose();
      }
    },
    'keeps NaN and infinities of a long contraction in their elements': async () => {
      await useBackend(backend);
      const k = 20_011;
      const result = tidy(() => {
        const values = new Float32Array(4 * k).fill(1);
        values[5] = Number.NaN;
        values[k + 19_000] = Number.POSITIVE_INFINITY;
        values[2 * k + 7] = Number.NEGATIVE_INFINITY;
        return matMul(tensor(values, [4, k]), ones([k, 2]));
      });
      const values = [...(await result.data())];
      result.dispose();
      const { NaN: nan, POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
      const expected = [nan, nan, most, most, least, least, k, k];
      if (!values.every((value, i) => Object.is(value, expected[i]))) {
        throw new Error(`the product is [${values.join(', ')}]; expected [${expected.join(', ')}]`);
      }
    },
  });
}

import * as tf from '@tensorflow/tfjs-core';
import { floats, type KernelCase, type Shape } from './case-tensors.ts';

/** [M, K, N] by width. */
const products: Record<string, (width: number) => [number, number, number]> = {
  rows: (w) => [w, 7, 11],
  inner: (w) => [7, w, 11],
  columns: (w) => [7, 11, w],
  'one row': (w) => [1, 7, w],
  'one long row': (w) => [2, w, 5],
  'one column': (w) => [w, 9, 1],
};

/** Products of matrices in every layout, by the name of the computation. */
export function* productCases(): Generator<[string, KernelCase]> {
  for (const [what, of] of Object.entries(products)) {
    for (const [transposeA, transposeB] of [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ] as const) {
      const operands = (w: number, batch: Shape = []) => {
        const [m, k, n] = of(w);
        return [
          floats([...batch, ...(transposeA ? [k, m] : [m, k])]),
          floats([...batch, ...(transposeB ? [n, k] : [k, n])], 2),
        ] as const;
      };
      const how = `${what}${transposeA ? ', a transposed' : ''}${transposeB ? ', b transposed' : ''}`;
      yield [`BatchMatMul, ${how}`, (w) => [tf.matMul(...operands(w), transposeA, transposeB)]];
      yield [`BatchMatMul, two, ${how}`, (w) => [tf.matMul(...operands(w, [2]), transposeA, transposeB)]];
      yield [
        `_FusedMatMul, ${how}`,
        (w) => {
          const [a, b] = operands(w) as [tf.Tensor2D, tf.Tensor2D];
          const bias = floats([of(w)[2]], 3);
          return [tf.fused.matMul({ a, b, bias, transposeA, transposeB, activation: 'relu' })];
        },
      ];
    }
  }
  const halves = (shape: number[]) => tf.fill(shape, 0.5);
  yield ['BatchMatMul, a long row', (w) => [tf.matMul(halves([1, 1_100]), halves([1_100, w]))]];
  yield [
    'BatchMatMul, a long contraction',
    (w) => [tf.matMul(halves([16_500, 2]), halves([16_500, 1 + (w % 2)]), true)],
  ];
  const activations = {
    relu: () => ({}),
    prelu: (w: number) => ({ preluActivationWeights: floats([w], 4) }),
  };
  for (const activation of ['relu', 'prelu'] as const) {
    yield [
      `_FusedMatMul, a bias of every element, ${activation}`,
      (w) => {
        const [a, b] = [floats([3, 5]), floats([5, w], 2)] as [tf.Tensor2D, tf.Tensor2D];
        const weights = activations[activation](w);
        return [tf.fused.matMul({ a, b, bias: floats([3, w], 3), activation, ...weights })];
      },
    ];
  }
}

import { fused, matMul, type Tensor2D, type Tensor3D, tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { draw, largestDistance } from '@unroll/backend-testkit/torch';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { cpu, cpuMemory } from '../cpu.ts';
import type { Simd } from '../wasm.ts';

const size = fc.oneof(
  fc.constantFrom(1, 2, 3, 5, 6, 7, 8, 9, 13, 16, 17, 31, 33),
  fc.integer({ min: 1, max: 300 }),
);

const problems = fc.record({
  m: size,
  k: fc.oneof(size, fc.constantFrom(255, 256, 257, 600)),
  n: size,
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1000 }),
});

const values = (count: number, seed: number): Float32Array =>
  Float32Array.from(draw(`values ${seed}`, [count]).values);

/** The product in double precision; a and b as stored in memory. */
function naive(
  a: Float32Array,
  b: Float32Array,
  {
    m,
    k,
    n,
    transposeA,
    transposeB,
  }: { m: number; k: number; n: number; transposeA: boolean; transposeB: boolean },
): number[] {
  return Array.from({ length: m * n }, (_, at) => {
    const i = Math.floor(at / n);
    const j = at % n;
    let sum = 0;
    for (let l = 0; l < k; l++) {
      sum += a[transposeA ? l * m + i : i * k + l]! * b[transposeB ? j * k + l : l * n + j]!;
    }
    return sum;
  });
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], k: number): void {
  expect(largestDistance(actual, expected)).toBeLessThanOrEqual(2e-7 * k + 1e-6);
}

/** tfjs types shapes by rank. */
type Shape = [number, number, number];

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The index of an operand's matrix for a position of a batch with at most two axes. */
function broadcastPlace(batch: number, batches: readonly number[], own: readonly number[]): number {
  if (own.length < 2) return product(own) === 1 ? 0 : batch;
  const [rows, columns] = own as [number, number];
  const row = Math.floor(batch / batches[1]!);
  const column = batch % batches[1]!;
  return (rows === 1 ? 0 : row) * columns + (columns === 1 ? 0 : column);
}

describe.each<{ simd: Simd; threads: number }>([
  { simd: 'relaxed', threads: 1 },
  { simd: 'relaxed', threads: 2 },
  { simd: 'plain', threads: 2 },
])('matrix products ($simd SIMD, $threads threads)', ({ simd, threads }) => {
  beforeAll(async () => {
    await useBackend(cpu({ simd, threads }));
  });

  it('equal products in double precision, for all sizes and transpositions', () => {
    const before = cpuMemory().bytesInUse;
    fc.assert(
      fc.property(problems, (problem) => {
        const { m, k, n, transposeA, transposeB, seed } = problem;
        const a = values(m * k, seed);
        const b = values(k * n, seed + 1);
        const actual = tidy(() => {
          const left = tensor(a, transposeA ? [k, m] : [m, k]);
          const right = tensor(b, transposeB ? [n, k] : [k, n]);
          return matMul(left, right, transposeA, transposeB).dataSync() as never;
        }) as Float32Array;
        expectClose(actual, naive(a, b, problem), k);
      }),
      { numRuns: 120, seed: 5 },
    );
    expect(cpuMemory().bytesInUse).toBe(before);
  });

  it('with a fused bias and activation', () => {
    for (const [m, k, n] of [
      [1, 5, 9],
      [7, 300, 13],
      [64, 128, 40],
    ] as const) {
      const a = values(m * k, 3);
      const b = values(k * n, 4);
      const bias = values(n, 5);
      const activations = {
        linear: (x: number) => x,
        relu: (x: number) => Math.max(x, 0),
        sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
        leakyrelu: (x: number) => (x < 0 ? 0.3 * x : x),
      };
      for (const [activation, apply] of Object.entries(activations)) {
        const actual = fused.matMul({
          a: tensor(a, [m, k]),
          b: tensor(b, [k, n]),
          bias: tensor1d(bias),
          activation: activation as 'relu',
          leakyreluAlpha: 0.3,
        });
        const products = naive(a, b, { m, k, n, transposeA: false, transposeB: false });
        expectClose(
          actual.dataSync(),
          products.map((value, i) => apply(value + bias[i % n]!)),
          k,
        );
      }
    }
  });

  it('broadcast their batches', () => {
    const m = 4;
    const k = 5;
    const n = 6;
    const cases: [number[], number[], number[]][] = [
      [[3], [], [3]],
      [[], [3], [3]],
      [[1], [3], [3]],
      [
        [2, 1],
        [1, 3],
        [2, 3],
      ],
      [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
    ];
    for (const [aBatch, bBatch, batches] of cases) {
      for (const transposeA of [false, true]) {
        const a = values(product(aBatch) * m * k, 1);
        const b = values(product(bBatch) * k * n, 2);
        const left = tensor(a, [...aBatch, ...(transposeA ? [k, m] : [m, k])] as Shape) as Tensor3D;
        const actual = matMul(left, tensor(b, [...bBatch, k, n] as Shape) as Tensor3D, transposeA);
        expect(actual.shape).toEqual([...batches, m, n]);
        const expected = Array.from({ length: product(batches) }, (_, batch) => {
          const matrixOf = (own: readonly number[], elements: Float32Array, size: number) => {
            const index = broadcastPlace(batch, batches, own);
            return elements.subarray(index * size, (index + 1) * size);
          };
          return naive(matrixOf(aBatch, a, m * k), matrixOf(bBatch, b, k * n), {
            m,
            k,
            n,
            transposeA,
            transposeB: false,
          });
        });
        expectClose(actual.dataSync(), expected.flat(), k);
      }
    }
  });

  it('of empty matrices are zeros', () => {
    const empty = (shape: [number, number]) => tensor([], shape, 'float32') as Tensor2D;
    expect(matMul(empty([2, 0]), empty([0, 3])).dataSync()).toEqual(new Float32Array(6));
    expect(matMul(empty([0, 4]), tensor(values(8, 1), [4, 2])).shape).toEqual([0, 2]);
  });
});

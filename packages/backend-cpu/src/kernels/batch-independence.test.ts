import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import type { Mode } from '@unroll/backend/contract';
import { recurrent } from '@unroll/backend/operations';
import { draw, upload } from '@unroll/backend-testkit/torch';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { inFull } from '../../../../tools/setup/short-form.ts';
import { cpu } from '../cpu.ts';
import type { Simd } from '../wasm.ts';

const floats = (shape: readonly number[], seed: number): tf.Tensor =>
  upload(draw(`batch ${seed}`, shape, [-1, 1]));

/** The bits as integers, so that −0 differs from 0. */
const bits = (x: tf.Tensor): Int32Array => new Int32Array((x.dataSync() as Float32Array).slice().buffer);

const sameBits = (actual: tf.Tensor, expected: tf.Tensor, where: string): void =>
  expect(bits(actual), where).toEqual(bits(expected));

const inTidy = (check: () => void): void => {
  tf.tidy(() => {
    check();
  });
};

/** Sizes around the edges of tiles, vectors and blocks. */
const size = fc.oneof(
  fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33, 64),
  fc.integer({ min: 1, max: 90 }),
);
const contraction = fc.oneof(size, fc.constantFrom(127, 128, 255, 256, 257, 300, 600));
const ROWS = [1, 2, 3, 4, 5, 7, 64, 1280];

describe.each<{ simd: Simd; threads: number }>([
  { simd: 'relaxed', threads: 1 },
  { simd: 'relaxed', threads: 2 },
  { simd: 'plain', threads: 1 },
  { simd: 'plain', threads: 2 },
])('a row has the same bits in every batch ($simd SIMD, $threads threads)', ({ simd, threads }) => {
  beforeAll(async () => {
    await useBackend(cpu({ simd, threads }));
  });

  const products = fc.record({
    k: contraction,
    n: fc.oneof(size, fc.constantFrom(257, 1000)),
    seed: fc.integer({ min: 1, max: 1000 }),
  });

  /** Computes a product by rows: x is `[m, k]`, or its transpose with `transposeA`. */
  type RowProduct = (x: tf.Tensor2D, w: tf.Tensor2D, bias: tf.Tensor1D) => tf.Tensor;

  const rowProducts: Record<string, RowProduct> = Object.fromEntries(
    [false, true].flatMap((transposeA) =>
      [false, true].flatMap((transposeB) => {
        const operands = (x: tf.Tensor2D, w: tf.Tensor2D) => ({
          a: transposeA ? tf.transpose(x) : x,
          b: transposeB ? tf.transpose(w) : w,
          transposeA,
          transposeB,
        });
        const how = `${transposeA ? ', a transposed' : ''}${transposeB ? ', b transposed' : ''}`;
        return [
          [
            `matMul${how}`,
            (x: tf.Tensor2D, w: tf.Tensor2D) => {
              const { a, b } = operands(x, w);
              return tf.matMul(a, b, transposeA, transposeB);
            },
          ],
          [
            `fused.matMul${how}`,
            (x: tf.Tensor2D, w: tf.Tensor2D, bias: tf.Tensor1D) =>
              tf.fused.matMul({ ...operands(x, w), bias, activation: 'relu' }),
          ],
        ];
      }),
    ),
  );

  it.each(Object.keys(rowProducts))('in x·W, by %s', (name) => {
    const multiply = rowProducts[name]!;
    fc.assert(
      fc.property(products, ({ k, n, seed }) =>
        inTidy(() => {
          const x = floats([Math.max(...ROWS), k], seed) as tf.Tensor2D;
          const w = floats([k, n], seed + 1) as tf.Tensor2D;
          const bias = floats([n], seed + 2) as tf.Tensor1D;
          const all = multiply(x, w, bias);
          for (const m of ROWS) {
            const first = multiply(tf.slice(x, [0, 0], [m, k]), w, bias);
            sameBits(first, tf.slice(all, [0, 0], [m, n]), `${m} rows`);
            const last = multiply(tf.slice(x, [1280 - m, 0], [m, k]), w, bias);
            sameBits(last, tf.slice(all, [1280 - m, 0], [m, n]), `the last ${m} rows`);
          }
        }),
      ),
      { numRuns: inFull ? 12 : 6 },
    );
  });

  it('in a contraction long enough to be summed in double precision', () => {
    inTidy(() => {
      const [k, n] = [16_500, 3];
      const x = floats([9, k], 1) as tf.Tensor2D;
      for (const transposed of [false, true]) {
        const w = floats(transposed ? [n, k] : [k, n], 2) as tf.Tensor2D;
        const all = tf.matMul(x, w, false, transposed);
        for (const m of [1, 2, 5]) {
          sameBits(tf.matMul(tf.slice(x, 0, m), w, false, transposed), tf.slice(all, 0, m), `${m} rows`);
        }
      }
    });
  });

  it('in a batch of products [B, K, F]·[B, F, S] for any B and K', () => {
    const problems = fc.record({
      batch: fc.integer({ min: 1, max: 5 }),
      k: fc.integer({ min: 1, max: 7 }),
      f: contraction,
      s: size,
      transposeB: fc.boolean(),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(problems, ({ batch, k, f, s, transposeB, seed }) =>
        inTidy(() => {
          const a = floats([batch, k, f], seed) as tf.Tensor3D;
          const b = floats(transposeB ? [batch, s, f] : [batch, f, s], seed + 1) as tf.Tensor3D;
          const all = tf.matMul(a, b, false, transposeB);
          for (let i = 0; i < batch; i++) {
            for (let row = 0; row < k; row++) {
              const one = tf.matMul(tf.slice(a, [i, row], [1, 1]), tf.slice(b, i, 1), false, transposeB);
              sameBits(one, tf.slice(all, [i, row], [1, 1]), `row ${row} of matrix ${i}`);
            }
          }
        }),
      ),
      { numRuns: 40 },
    );
  });

  it('in A·V with any number of zeros after the contracted elements', () => {
    const problems = fc.record({
      rows: fc.constantFrom(1, 2, 5, 20),
      s: contraction,
      padding: fc.integer({ min: 1, max: 300 }),
      e: size,
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(problems, ({ rows, s, padding, e, seed }) =>
        inTidy(() => {
          const a = floats([2, rows, s], seed) as tf.Tensor3D;
          const v = floats([2, s + padding, e], seed + 1) as tf.Tensor3D;
          const padded = tf.pad(a, [
            [0, 0],
            [0, 0],
            [0, padding],
          ]);
          sameBits(tf.matMul(padded, v), tf.matMul(a, tf.slice(v, [0, 0], [2, s])), `${padding} zeros`);
        }),
      ),
      { numRuns: 40 },
    );
  });

  it('in a sum followed by any number of zeros, and in softmax followed by any number of −∞', () => {
    const problems = fc.record({
      rows: fc.integer({ min: 1, max: 5 }),
      s: fc.oneof(size, fc.constantFrom(1023, 1024, 1030, 2100)),
      padding: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(problems, ({ rows, s, padding, seed }) =>
        inTidy(() => {
          const x = floats([rows, s], seed) as tf.Tensor2D;
          const paddedWith = (value: number) => tf.concat([x, tf.fill([rows, padding], value)], 1);
          sameBits(tf.sum(paddedWith(0), 1), tf.sum(x, 1), 'sum');
          for (const [name, operation] of Object.entries({
            softmax: tf.softmax,
            logSoftmax: tf.logSoftmax,
          })) {
            const padded = operation(paddedWith(-Infinity));
            sameBits(tf.slice(padded, [0, 0], [rows, s]), operation(x), name);
          }
        }),
      ),
      { numRuns: 60 },
    );
  });

  it.each<Mode>(['rnn_tanh', 'rnn_relu', 'lstm', 'gru'])('in a recurrent layer, %s', (mode) => {
    const gates = { rnn_tanh: 1, rnn_relu: 1, lstm: 4, gru: 3 }[mode];
    const problems = fc.record({
      steps: fc.integer({ min: 1, max: 4 }),
      features: fc.oneof(size, fc.constantFrom(257)),
      hiddenSize: fc.oneof(size, fc.constantFrom(130, 256, 260)),
      biases: fc.boolean(),
      state: fc.boolean(),
      reverse: fc.boolean(),
      projection: fc.boolean(),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(problems, ({ steps, features, hiddenSize, biases, state, reverse, projection, seed }) =>
        inTidy(() => {
          const rows = 9;
          const outputSize = mode === 'lstm' && projection ? Math.ceil(hiddenSize / 2) : hiddenSize;
          const bias = (n: number) =>
            biases ? (floats([gates * hiddenSize], seed + n) as tf.Tensor1D) : undefined;
          const weights = {
            weightIh: floats([gates * hiddenSize, features], seed) as tf.Tensor2D,
            weightHh: floats([gates * hiddenSize, outputSize], seed + 1) as tf.Tensor2D,
            weightHr:
              outputSize === hiddenSize
                ? undefined
                : (floats([outputSize, hiddenSize], seed + 2) as tf.Tensor2D),
            biasIh: bias(3),
            biasHh: bias(4),
          };
          const x = floats([steps, rows, features], seed + 5) as tf.Tensor3D;
          const h0 = floats([rows, outputSize], seed + 6) as tf.Tensor2D;
          const c0 = floats([rows, hiddenSize], seed + 7) as tf.Tensor2D;
          const lengths = Array.from({ length: rows }, (_, row) => 1 + ((row * 7 + seed) % steps));

          /** Runs `count` rows starting at row `from` over `duration` steps. */
          const run = (from: number, count: number, duration: number) =>
            recurrent(
              {
                x: tf.slice(x, [0, from], [duration, count]),
                ...weights,
                h0: state ? tf.slice(h0, from, count) : undefined,
                c0: state && mode === 'lstm' ? tf.slice(c0, from, count) : undefined,
                lengths: tf.tensor1d(
                  lengths.slice(from, from + count).map((length) => Math.min(length, duration)),
                  'int32',
                ),
              },
              { mode, reverse },
            );

          const all = run(0, rows, steps);
          for (const [from, count] of [
            ...lengths.map((_, row) => [row, 1] as const),
            [3, 2],
            [4, 5],
          ] as const) {
            const duration = Math.max(...lengths.slice(from, from + count));
            const part = run(from, count, duration);
            const where = `rows ${from} to ${from + count}`;
            sameBits(part.y, tf.slice(all.y, [0, from], [duration, count]), where);
            sameBits(part.hN, tf.slice(all.hN, from, count), where);
            if (part.cN && all.cN) sameBits(part.cN, tf.slice(all.cN, from, count), where);
          }
        }),
      ),
      { numRuns: 25 },
    );
  });
});

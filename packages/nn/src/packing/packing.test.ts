import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import * as nn from '../index.ts';
import {
  packPaddedSequence,
  packSequence,
  padPackedSequence,
  padSequence,
  unpadSequence,
} from './packing.ts';

const anyBatch = fc.record({
  lengths: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
  features: fc.constantFrom([], [2], [2, 3]),
  batchFirst: fc.boolean(),
  paddingValue: fc.constantFrom(0, -1.5),
});

describe('packing', () => {
  onEachBackend(() => {
    it('is undone by padding again, with the given value and length, and leaves no tensor behind', async () => {
      await fc.assert(
        fc.asyncProperty(
          anyBatch,
          fc.integer({ min: 0, max: 2 }),
          async ({ lengths, features, batchFirst, paddingValue }, more) => {
            const sequences = lengths.map((length) => tf.randomNormal([length, ...features]));
            const padded = padSequence(sequences, { batchFirst, paddingValue });
            const before = tf.memory().numTensors;
            const packed = packPaddedSequence(padded, lengths, { batchFirst, enforceSorted: false });
            expect(tf.memory().numTensors).toBe(before + 1);

            const [again, sameLengths] = padPackedSequence(packed, { batchFirst, paddingValue });
            await expectClose(again, padded);
            expect(again.shape).toEqual(padded.shape);
            expect(sameLengths).toEqual(lengths);

            const totalLength = Math.max(...lengths) + more;
            const [longer] = padPackedSequence(packed, { batchFirst, paddingValue, totalLength });
            const rows = unpadSequence(longer, lengths, { batchFirst });
            for (const [i, row] of rows.entries()) await expectClose(row, sequences[i]!);
            expect(longer.shape[batchFirst ? 1 : 0]).toBe(totalLength);

            tf.dispose([again, longer, rows]);
            packed.dispose();
            expect(tf.memory().numTensors).toBe(before);
            tf.dispose([padded, sequences]);
          },
        ),
        { numRuns: 30 },
      );
    });

    it('shows the steps without padding, longest row first, as PyTorch does, and can be rebuilt from them', async () => {
      const padded = tf.tensor3d([0, 1, 2, 3, 4, 5], [3, 2, 1]);
      const packed = packPaddedSequence(padded, [1, 3], { enforceSorted: false });
      const data = packed.data();
      expect([...(await data.data())]).toEqual([1, 0, 3, 5]);
      expect(packed.batchSizes).toEqual([2, 1, 1]);
      expect(packed.sortedIndices).toEqual([1, 0]);
      expect(packed.unsortedIndices).toEqual([1, 0]);
      const doubled = packed.withData(tf.mul(data, 2));
      expect(await doubled.padded.array()).toEqual([
        [[0], [2]],
        [[0], [6]],
        [[0], [10]],
      ]);
      expect(doubled.lengths).toEqual([1, 3]);
    });

    it('keeps padding out of all results, whatever its values', async () => {
      const padded = tf.tensor2d([1, 2, Number.NaN, 3], [2, 2]);
      const packed = packPaddedSequence(padded, [1, 2], { enforceSorted: false });
      expect(await packed.padded.array()).toEqual([
        [1, 2],
        [0, 3],
      ]);
      const gradient = tf.grad((x) =>
        tf.sum(tf.square(packPaddedSequence(x, [1, 2], { enforceSorted: false }).padded)),
      )(padded);
      expect(await gradient.array()).toEqual([
        [2, 4],
        [0, 6],
      ]);
    });

    it('sends gradients through packing, a layer and padding to the steps that are not padding', async () => {
      const gru = new nn.GRU({ inputSize: 2, hiddenSize: 3, bidirectional: true });
      const x = tf.randomNormal<tf.Rank.R3>([4, 2, 2]);
      const gradient = tf.grad((input) => {
        const [packed] = gru.forward(packPaddedSequence(input, [4, 2]));
        return tf.sum(padPackedSequence(packed, { totalLength: 6 })[0]);
      })(x);
      const row = tf.grad((input) => tf.sum(gru.forward(input)[0]))(tf.slice(x, [0, 1, 0], [2, 1, 2]));
      await expectClose(tf.slice(gradient, [0, 1, 0], [2, 1, 2]), row);
      await expectClose(tf.slice(gradient, [2, 1, 0], [2, 1, 2]), [0, 0, 0, 0]);
      gru.dispose();
    });

    it('packs whole numbers too, such as indices of words', async () => {
      const packed = packSequence([tf.tensor1d([7, 8, 9], 'int32'), tf.tensor1d([5], 'int32')]);
      expect(packed.padded.dtype).toBe('int32');
      expect([...(await packed.data().data())]).toEqual([7, 5, 8, 9]);
      const [padded] = padPackedSequence(packed, { paddingValue: -1, batchFirst: true });
      expect(await padded.array()).toEqual([
        [7, 8, 9],
        [5, -1, -1],
      ]);
    });
  });

  it('cuts steps that no row has, and does not share tensors that the caller may dispose', async () => {
    await tf.setBackend('cpu');
    const x = tf.ones([3, 2, 1]);
    const cut = packPaddedSequence(x, [2, 2]);
    const whole = packPaddedSequence(x, [3, 3]);
    x.dispose();
    expect((await cut.padded.data()).length).toBe(4);
    expect((await whole.padded.data()).length).toBe(6);
  });

  it('takes lengths as any list of numbers', () => {
    expect(packPaddedSequence(tf.ones([3, 2]), new Int32Array([3, 1])).lengths).toEqual([3, 1]);
  });

  it('has its functions also under PyTorch’s path', () => {
    expect(nn.utils.rnn.packPaddedSequence).toBe(nn.packPaddedSequence);
    expect(nn.utils.rnn.PackedSequence).toBe(nn.PackedSequence);
  });
});

describe('errors of packing', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it.each<[string, () => unknown, string]>([
    [
      'a length of 0',
      () => packPaddedSequence(tf.ones([3, 2]), [3, 0]),
      'packPaddedSequence: lengths[1] is 0; expected a whole number in 1…3: leave empty sequences out',
    ],
    [
      'a length beyond T',
      () => packPaddedSequence(tf.ones([2, 3]), [4, 1], { batchFirst: true }),
      'packPaddedSequence: lengths[0] is 4; expected a whole number in 1…3',
    ],
    [
      'a broken length',
      () => packPaddedSequence(tf.ones([3, 1]), [1.5]),
      'packPaddedSequence: lengths[0] is 1.5; expected a whole number in 1…3',
    ],
    [
      'another count of lengths',
      () => packPaddedSequence(tf.ones([3, 2]), [3]),
      'packPaddedSequence: lengths has 1 numbers; the batch has 2 rows',
    ],
    [
      'rows that are not sorted',
      () => packPaddedSequence(tf.ones([3, 2]), [1, 3]),
      'packPaddedSequence: lengths are [1, 3], not sorted in falling order; sort the rows, or pass enforceSorted: false',
    ],
    [
      'sequences that are not sorted',
      () => packSequence([tf.ones([1]), tf.ones([2])]),
      'packSequence: lengths are [1, 2], not sorted in falling order',
    ],
    [
      'one axis',
      () => packPaddedSequence(tf.ones([3]), [3]),
      'packPaddedSequence: input has shape [3]; expected at least 2 axes',
    ],
    [
      'an empty sequence',
      () => packSequence([tf.ones([2, 1]), tf.zeros([0, 1])]),
      'packSequence: lengths[1] is 0; expected a whole number in 1…2: leave empty sequences out',
    ],
    [
      'a total length below the longest',
      () => padPackedSequence(packPaddedSequence(tf.ones([3, 1]), [3]), { totalLength: 2 }),
      'padPackedSequence: totalLength is 2; expected at least the length of the longest sequence, 3',
    ],
    [
      'sequences of different ranks when packing',
      () => packSequence([tf.ones([2, 3]), tf.ones([2])]),
      'packSequence: sequences[1] has shape [2] and dtype float32; expected those of sequences[0], [2, 3] and float32',
    ],
    ['no sequences', () => padSequence([]), 'padSequence: sequences is empty; expected at least one tensor'],
    [
      'sequences of different features',
      () => padSequence([tf.ones([2, 3]), tf.ones([2, 4])]),
      'padSequence: sequences[1] has shape [2, 4] and dtype float32; expected those of sequences[0], [2, 3] and float32',
    ],
    [
      'a scalar among sequences',
      () => padSequence([tf.scalar(1)]),
      'padSequence: sequences[0] has shape [] and dtype float32',
    ],
    [
      'a length beyond T when unpadding',
      () => unpadSequence(tf.ones([3, 1]), [4]),
      'unpadSequence: lengths[0] is 4; expected a whole number in 1…3',
    ],
    [
      'other steps in the place of the data',
      () => packPaddedSequence(tf.ones([3, 2]), [3, 1]).withData(tf.ones([5])),
      'PackedSequence.withData: data has shape [5]; expected 4 steps in its first axis',
    ],
  ])('are thrown for %s', (_, call, message) => {
    expect(() => tf.tidy(() => void call())).toThrow(message);
  });
});

it('the rank of sequences goes through packing and unpacking, also in types', () => {
  tf.tidy(() => {
    const packed = packPaddedSequence(tf.ones<tf.Rank.R3>([5, 2, 4]), [5, 3]);
    const [padded] = padPackedSequence(packed);
    expectTypeOf(padded).toEqualTypeOf<tf.Tensor3D>();
    expectTypeOf(
      new nn.Linear({ inFeatures: 4, outFeatures: 2 }).forward(padded),
    ).toEqualTypeOf<tf.Tensor3D>();
    expectTypeOf(tf.tidy(() => packed)).toEqualTypeOf<typeof packed>();
    expect(padded.shape).toEqual([5, 2, 4]);
  });
});

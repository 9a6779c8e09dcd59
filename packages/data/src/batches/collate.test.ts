import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches, fields, listed, padded, type Sequence, scalars, stacked } from './index.ts';

describe('padded', () => {
  it('puts sequences side by side, steps first, as recurrent layers expect', async () => {
    const { values, lengths } = padded()([[5, 3, 8], [4]]);
    expect(values.dtype).toBe('int32');
    expect(await values.array()).toEqual([
      [5, 4],
      [3, 0],
      [8, 0],
    ]);
    expect(lengths).toEqual([3, 1]);
  });

  it('keeps every step in its place, with nothing but padding elsewhere', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 7 }), { maxLength: 5 }),
        fc.record({
          batchFirst: fc.boolean(),
          side: fc.constantFrom('left' as const, 'right' as const),
          paddingValue: fc.constantFrom(0, -1),
          multipleOf: fc.integer({ min: 1, max: 4 }),
        }),
        (sequences, options) => {
          const { values, lengths } = padded(options)(sequences);
          const rows = options.batchFirst ? values : tf.transpose(values);
          const [, steps] = rows.shape as [number, number];
          const longest = Math.max(0, ...sequences.map(({ length }) => length));
          expect(steps).toBe(Math.ceil(longest / options.multipleOf) * options.multipleOf);
          expect(lengths).toEqual(sequences.map(({ length }) => length));
          const expected = sequences.map((sequence) => {
            const padding = Array.from({ length: steps - sequence.length }, () => options.paddingValue);
            return options.side === 'right' ? [...sequence, ...padding] : [...padding, ...sequence];
          });
          expect([...rows.dataSync()]).toEqual(expected.flat());
          tf.dispose([values, rows]);
        },
      ),
    );
  });

  it('accepts rows of features, one per step', async () => {
    const { values, lengths } = padded({ batchFirst: true })([
      [
        [0.5, 1],
        [2, 3],
      ],
      [Float32Array.of(4, 5)],
    ]);
    expect(values.dtype).toBe('float32');
    expect(await values.array()).toEqual([
      [
        [0.5, 1],
        [2, 3],
      ],
      [
        [4, 5],
        [0, 0],
      ],
    ]);
    expect(lengths).toEqual([2, 1]);
  });

  it('truncates sequences only when told at which end', async () => {
    const cut = async (options: object) =>
      await padded({ ...options, batchFirst: true })([[1, 2, 3], [4]]).values.array();
    expect(await cut({ maxLength: 2, truncate: 'end' })).toEqual([
      [1, 2],
      [4, 0],
    ]);
    expect(await cut({ maxLength: 2, truncate: 'start' })).toEqual([
      [2, 3],
      [4, 0],
    ]);
    expect(await cut({ length: 5 })).toEqual([
      [1, 2, 3, 0, 0],
      [4, 0, 0, 0, 0],
    ]);
    await expect(cut({ maxLength: 2 })).rejects.toThrow(
      'padded: element 0 has 3 steps; expected at most 2, or the option truncate',
    );
  });

  it('accepts an empty batch and empty sequences', () => {
    expect(padded()([]).values.shape).toEqual([0, 0]);
    expect(padded()([[], []]).values.shape).toEqual([0, 2]);
    expect(padded({ batchFirst: true, length: 3 })([]).values.shape).toEqual([0, 3]);
  });

  it.each<[string, Sequence[], string]>([
    [
      'fractions in int32',
      [[1, 0.5]],
      'padded: step 1 of element 0 is 0.5; expected a whole number of 32 bits',
    ],
    [
      'numbers over 32 bits',
      [[2 ** 31]],
      'padded: step 0 of element 0 is 2147483648; expected a whole number of 32 bits',
    ],
    [
      'what is no number',
      [[1], ['a' as never]],
      "padded: step 0 of element 1 is 'a'; expected a whole number of 32 bits",
    ],
    [
      'rows of other widths',
      [[[1, 2], [3]]],
      'padded: step 1 of element 0 has 1 features; expected 2 features, as the first step',
    ],
    [
      'numbers among rows',
      [[[1, 2]], [3]],
      'padded: step 0 of element 1 is 3; expected 2 features, as the first step',
    ],
    [
      'rows among numbers',
      [[1], [[3]]],
      'padded: step 0 of element 1 has 1 features; expected a number, as the first step',
    ],
    [
      'what is no sequence',
      [7 as never],
      'padded: element 0 is 7; expected an array of numbers, or of rows of numbers',
    ],
  ])('throws for %s', (_, sequences, message) => {
    expect(() => padded()(sequences)).toThrow(message);
  });

  it.each([
    [{ length: 4, maxLength: 3 }, 'padded: maxLength is 3; expected at least length, which is 4'],
    [{ length: 5, multipleOf: 4 }, 'padded: length is 5; expected a multiple of multipleOf, which is 4'],
    [{ side: 'middle' as never }, "padded: side is 'middle'; expected 'left' or 'right'"],
  ])('throws for the options %j', (options, message) => {
    expect(() => padded(options)).toThrow(message);
  });
});

describe('scalars and stacked', () => {
  it('make a tensor of one number or one array per element', async () => {
    expect(await scalars()([1, 0]).array()).toEqual([1, 0]);
    expect(scalars({ dtype: 'float32' })([0.5]).dtype).toBe('float32');
    expect(stacked()([{ data: [1, 2, 3, 4], shape: [2, 2] }]).shape).toEqual([1, 2, 2]);
    expect(await stacked({ dtype: 'int32' })([[1, 2], Uint8Array.of(3, 4)]).array()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(stacked()([]).shape).toEqual([0, 0]);
  });

  it('throw instead of truncating, and for different shapes', () => {
    expect(() => scalars()([1, 1.5])).toThrow(
      "scalars: element 1 is 1.5; expected a whole number of 32 bits, or the option dtype: 'float32'",
    );
    expect(() => scalars({ dtype: 'float32' })([1e300])).toThrow(
      'scalars: element 0 is 1e+300; expected a number that float32 can hold',
    );
    expect([...scalars({ dtype: 'float32' })([Number.NaN, Number.POSITIVE_INFINITY]).dataSync()]).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ]);
    expect(() => stacked()([{ data: [1] } as never])).toThrow(
      'stacked: element 0 is an object; expected an array',
    );
    expect(() => stacked()([[1, 2], [3]])).toThrow(
      'stacked: element 1 has shape [1] and 1 numbers; the first has shape [2], which is 2 numbers',
    );
    expect(() => stacked()([7 as never])).toThrow(
      'stacked: element 0 is 7; expected an array of numbers, or { data, shape }',
    );
  });
});

describe('fields', () => {
  const names = [
    { name: 'Ada', codes: [1, 2, 3], label: 0 },
    { name: 'Bo', codes: [4, 5], label: 1 },
  ];

  it('collate each field by its own rule, and one call frees the batch', async () => {
    const before = tf.memory().numTensors;
    const all = batches(names, {
      batchSize: 2,
      collate: fields({ codes: padded(), label: scalars(), name: listed<string>() }),
    });
    for await (const batch of all) {
      expect(batch.name).toEqual(['Ada', 'Bo']);
      expect(batch.codes.values.shape).toEqual([3, 2]);
      expect(await batch.label.array()).toEqual([0, 1]);
      tf.dispose(batch);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('can be made separately, and used for any records that have the fields', async () => {
    const collate = fields({ codes: padded(), label: scalars() });
    const batch = collate(names);
    const shape: number[] = batch.codes.values.shape;
    expect(shape).toEqual([3, 2]);
    const label: tf.Tensor1D = batch.label;
    expect(await label.array()).toEqual([0, 1]);
    tf.dispose(batch);
    // @ts-expect-error the records have no field of this name
    expect(() => batches(names, { batchSize: 2, collate: fields({ labels: scalars() }) })).not.toThrow();
  });

  it('leave no tensor behind when one field fails', () => {
    const before = tf.memory().numTensors;
    const collate = fields({ codes: padded(), label: scalars() });
    expect(() => collate([{ codes: [1], label: 0.5 }])).toThrow('scalars: element 0 is 0.5');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('name the element that lacks a field', () => {
    const collate = fields({ label: scalars() });
    expect(() => collate([{ label: 1 }, {} as never])).toThrow('fields: element 1 has no label');
    expect(() => collate([null as never])).toThrow(
      'fields: element 0 is null; expected an object with label',
    );
  });
});

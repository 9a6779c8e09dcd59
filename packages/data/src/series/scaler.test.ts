import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { streamOf } from '../dataset/index.ts';
import { splitByRatio } from '../split/index.ts';
import { minMaxScaler, Scaler, standardScaler } from './index.ts';

const rows = [
  [1, 10, 5],
  [3, 30, 5],
  [5, 80, 5],
];

describe('a standard scaler', () => {
  it('gives each column mean 0 and variance 1, and moves a constant column to 0', () => {
    const scaled = standardScaler(rows).transform(rows);
    const sqrt = Math.sqrt(8 / 3);
    expect(scaled.map((row) => row[0])).toEqual([-2, 0, 2].map((x) => Math.fround(x / sqrt)));
    const second = scaled.map((row) => row[1]!);
    expect(second.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 5);
    expect(second.reduce((sum, x) => sum + x * x, 0) / 3).toBeCloseTo(1, 5);
    expect(scaled.map((row) => row[2])).toEqual([0, 0, 0]);
  });

  it('accepts a series of numbers, and a stream', async () => {
    const scaler = standardScaler([1, 3]);
    expect([...scaler.transform([1, 2, 3])]).toEqual([-1, 0, 1]);
    const { past } = splitByRatio(rows, { past: 1 }, { shuffle: false });
    expect((await standardScaler(past)).toJSON()).toEqual(standardScaler(rows).toJSON());
    const streamed = await standardScaler(streamOf(() => rows));
    expect(streamed.toJSON()).toEqual(standardScaler(rows).toJSON());
  });

  it('leaves missing values missing, and ignores them in the statistics', () => {
    const scaler = standardScaler([1, Number.NaN, 3]);
    expect([...scaler.transform([Number.NaN, 3])]).toEqual([Number.NaN, 1]);
  });
});

describe('a min-max scaler', () => {
  it('maps the least and the greatest value to the ends of the range', () => {
    const scaler = minMaxScaler(rows, { featureRange: [-1, 1] });
    expect(scaler.transform(rows).map((row) => [...row])).toEqual([
      [-1, -1, -1],
      [0, Math.fround(-3 / 7), -1],
      [1, 1, -1],
    ]);
  });
});

describe.each([
  ['standard', standardScaler],
  ['min-max', minMaxScaler],
])('a %s scaler', (_, make: (steps: Iterable<number[]>) => Scaler) => {
  it('can be inverted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((width) =>
          fc.array(
            fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
              minLength: width,
              maxLength: width,
            }),
            { minLength: 1 },
          ),
        ),
        (steps) => {
          const scaler = make(steps);
          const back = scaler.inverseTransform(scaler.transform(steps));
          const columns = scaler.toJSON() as { scale: number[] };
          for (const [step, row] of steps.entries()) {
            for (const [column, value] of row.entries()) {
              // Scaled numbers are float32.
              const error = Math.abs(back[step]![column]! - value) / Math.abs(columns.scale[column]!);
              expect(error).toBeLessThan(1e-6 * Math.max(1, Math.sqrt(steps.length)));
            }
          }
        },
      ),
    );
  });

  it('is the same after a round trip through JSON', () => {
    const scaler = make(rows);
    expect(Scaler.fromJSON(JSON.parse(JSON.stringify(scaler))).transform(rows)).toEqual(
      scaler.transform(rows),
    );
  });
});

describe('scalers', () => {
  it.each([
    ['no steps', () => standardScaler([]), 'standardScaler: steps are none; expected at least one'],
    [
      'nothing but missing values',
      () => standardScaler([[1, Number.NaN]]),
      'standardScaler: steps have no value in column 1: all are missing',
    ],
    [
      'rows of other widths',
      () => minMaxScaler([[1], [1, 2]]),
      'minMaxScaler: step 1 has 2 columns; expected 1',
    ],
    [
      'infinite values',
      () => minMaxScaler([1, Number.POSITIVE_INFINITY]),
      'minMaxScaler: column 0 of step 1 is Infinity; expected a finite number, or NaN where it is missing',
    ],
    [
      'a range that is none',
      () => minMaxScaler([1], { featureRange: [1, 1] }),
      'minMaxScaler: featureRange is [1, 1]; expected two numbers, the lower first',
    ],
    [
      'what is no series',
      () => standardScaler(7 as never),
      'standardScaler: steps is 7; expected an array, or a stream',
    ],
    [
      'a text',
      () => standardScaler('abc' as never),
      "standardScaler: steps is 'abc'; expected an array, or a stream",
    ],
    [
      'a step that is none',
      () => standardScaler([null as never]),
      'standardScaler: step 0 is null; expected a number, or a row',
    ],
    ['no columns', () => new Scaler(undefined as never), 'Scaler: columns is undefined; expected an array'],
    [
      'nothing to transform',
      () => standardScaler(rows).transform(undefined as never),
      'Scaler.transform: steps is undefined; expected numbers, or rows of them',
    ],
    [
      'other columns than were fitted',
      () => standardScaler(rows).transform([[1, 2]]),
      'Scaler.transform: step 0 has 2 columns; expected 3',
    ],
  ])('throw for %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it.each([
    [null, 'Scaler.fromJSON: the JSON is no object'],
    [{ shift: [1], scale: [] }, 'Scaler.fromJSON: there are 1 shifts and 0 scales; expected as many'],
    [
      { shift: [1], scale: [0] },
      'Scaler.fromJSON: Scaler: columns has the shift 1 and the scale 0 in column 0',
    ],
    [{ shift: ['a'], scale: [1] }, 'Scaler.fromJSON: shift is'],
  ])('throw for the JSON %j', (json, message) => {
    expect(() => Scaler.fromJSON(json)).toThrow(message);
    expect(() => Scaler.fromJSON(json)).toThrow(expect.objectContaining({ name: 'FormatError' }));
  });
});

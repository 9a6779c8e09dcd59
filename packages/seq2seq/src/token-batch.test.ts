import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type TokenBatchOptions, tokenBatch } from './token-batch.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function batchOf(sequences: number[][], options: TokenBatchOptions) {
  const { tokens, lengths } = tokenBatch(sequences, options);
  const rows = tokens.arraySync();
  tokens.dispose();
  return { rows, lengths };
}

describe('tokenBatch', () => {
  it('pads rows up to the longest', () => {
    expect(batchOf([[5, 7, 9], [4]], { paddingToken: 0, startToken: 1, endToken: 2 })).toEqual({
      rows: [
        [1, 5, 7, 9, 2],
        [1, 4, 2, 0, 0],
      ],
      lengths: [5, 3],
    });
  });

  it('pads or truncates to a given length, and keeps the end token', () => {
    expect(batchOf([[5, 7, 9], [4]], { paddingToken: 0, endToken: 2, length: 3 })).toEqual({
      rows: [
        [5, 7, 2],
        [4, 2, 0],
      ],
      lengths: [3, 2],
    });
  });

  it('accepts no sequences, and empty sequences', () => {
    expect(batchOf([], { paddingToken: 0 })).toEqual({ rows: [], lengths: [] });
    expect(batchOf([[], [3]], { paddingToken: 0 })).toEqual({ rows: [[0], [3]], lengths: [0, 1] });
  });

  it('throws for invalid tokens, and for a length without room', () => {
    expect(() => tokenBatch([[4], [3, -1]], { paddingToken: 0 })).toThrow(
      'tokenBatch: sequences[1][1] is -1; expected a token, a whole number of at least 0',
    );
    expect(() => tokenBatch([3] as never, { paddingToken: 0 })).toThrow(
      'expected an array of arrays of tokens',
    );
    expect(() => tokenBatch([[1]], { paddingToken: 0, endToken: 2, length: 1 })).toThrow(
      'tokenBatch: length is 1; expected room for the start and end token and one more, 2',
    );
  });
});

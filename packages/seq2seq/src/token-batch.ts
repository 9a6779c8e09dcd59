import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind } from '@unroll/backend/checks';

export interface TokenBatchOptions {
  /** Pads rows to the common length */
  paddingToken: number;
  /** The token before each sequence. Default: none. */
  startToken?: number | undefined;
  /** The token after each sequence. Default: none. */
  endToken?: number | undefined;
  /**
   * L: shorter sequences are padded, longer ones lose their last tokens but keep the end token. Default: the greatest
   * length.
   */
  length?: number | undefined;
}

/** Sequences of tokens in the rows of a tensor. */
export interface TokenBatch {
  /** int32 `[N, L]` */
  readonly tokens: Tensor2D;
  /** Number of tokens of each row with start and end tokens, without padding */
  readonly lengths: readonly number[];
}

const token = kind.whole(0);
const kinds = {
  paddingToken: kind.required(token),
  startToken: token,
  endToken: token,
  length: kind.whole(1),
};
const lists = kind.required(kind.listOf(kind.listOf(kind.anything), 'an array of arrays of tokens'));
const tokenKind = kind.required({ ...token, expected: 'a token, a whole number of at least 0' });

/**
 * Makes a batch of sequences of different lengths, padded or truncated to one length.
 *
 * @example
 * const { tokens, lengths } = tokenBatch([[5, 7, 9], [4]], { paddingToken: 0, endToken: 2 }); // [[5, 7, 9, 2], [4, 2, 0, 0]], [4, 2]
 */
export function tokenBatch(
  sequences: readonly (readonly number[])[],
  options: TokenBatchOptions,
): TokenBatch {
  checkValue('tokenBatch', 'sequences', sequences, lists);
  for (const [i, sequence] of sequences.entries()) {
    for (const [t, each] of sequence.entries())
      checkValue('tokenBatch', `sequences[${i}][${t}]`, each, tokenKind);
  }
  const { paddingToken, startToken, endToken, length } = checkOptions('tokenBatch', options, kinds);
  const before = startToken === undefined ? [] : [startToken];
  const after = endToken === undefined ? [] : [endToken];
  const added = before.length + after.length;
  if (length !== undefined) {
    const enough = {
      ...kind.whole(added + 1),
      expected: `room for the start and end token and one more, ${added + 1}`,
    };
    checkValue('tokenBatch', 'length', length, enough);
  }
  const most = length === undefined ? Number.POSITIVE_INFINITY : length - added;
  const rows = sequences.map((sequence) => [...before, ...sequence.slice(0, most), ...after]);
  const width = length ?? Math.max(0, ...rows.map((row) => row.length));
  const tokens = new Int32Array(rows.length * width).fill(paddingToken);
  for (const [i, row] of rows.entries()) tokens.set(row, i * width);
  return { tokens: tensor2d(tokens, [rows.length, width], 'int32'), lengths: rows.map((row) => row.length) };
}

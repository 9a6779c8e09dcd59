import { add, gather, pad, reshape, type Tensor, tensor1d, where, zeros } from '@tensorflow/tfjs-core';
import { checkExactShape, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** Sizes of an attention: rows, heads, queries of a row, and keys. */
export interface AttentionSizes {
  readonly rows: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}

export interface AttentionMasks {
  /** `[N, S]` or, without a batch, `[S]`: keys that are only padding, true where they are, or numbers that are added to their scores */
  keyPaddingMask?: Tensor | undefined;
  /** `[L, S]`, or `[N·H, L, S]` with each row's heads together: true where a key is not to be seen, or numbers that are added to scores */
  attnMask?: Tensor | undefined;
}

/** What `AttentionMasks` have to be. */
export const maskKinds = { keyPaddingMask: kind.tensor, attnMask: kind.tensor };

/** @throws where a mask has another shape, or is neither bool nor float32 */
export function checkMasks(
  operation: string,
  { keyPaddingMask, attnMask }: AttentionMasks,
  { rows, heads, queries, keys }: AttentionSizes,
  isBatched: boolean,
): void {
  for (const [name, mask] of Object.entries({ keyPaddingMask, attnMask })) {
    if (!mask || mask.dtype === 'bool' || mask.dtype === 'float32') continue;
    throw new ArgumentError(operation, name, `has dtype ${mask.dtype}; expected bool or float32`);
  }
  if (keyPaddingMask) {
    const expected = isBatched ? [rows, keys] : [keys];
    checkExactShape(operation, 'keyPaddingMask', keyPaddingMask, expected, isBatched ? ', [N, S]' : ', [S]');
  }
  if (!attnMask || attnMask.rank === 3) {
    if (attnMask)
      checkExactShape(operation, 'attnMask', attnMask, [rows * heads, queries, keys], ', [N·H, L, S]');
    return;
  }
  checkExactShape(operation, 'attnMask', attnMask, [queries, keys], ', [L, S]');
}

/**
 * Scores and what masks say of them: where one is true, −∞.
 *
 * @param scores `[N·H, L, S + more]`; of the keys that were added, masks say nothing
 */
export function masked(
  scores: Tensor,
  { keyPaddingMask, attnMask }: AttentionMasks,
  { rows, heads, queries, keys }: AttentionSizes,
): Tensor {
  const more = scores.shape[2]! - keys;
  const widened = (mask: Tensor, shape: number[]): Tensor => {
    const numbers = reshape(toNumbers(mask), shape);
    return more === 0
      ? numbers
      : pad(numbers, [...shape.slice(1).map((): [number, number] => [0, 0]), [0, more]]);
  };
  const attended = attnMask ? add(scores, widened(attnMask, attnMask.shape)) : scores;
  if (!keyPaddingMask) return attended;
  // As rows that are copied: backends are slow where an axis in the middle is broadcast.
  const row = Int32Array.from({ length: rows * heads * queries }, (_, i) =>
    Math.floor(i / (heads * queries)),
  );
  const spread = gather(widened(keyPaddingMask, [rows, keys]), tensor1d(row, 'int32')); // [N·H·L, S + more]
  return add(attended, reshape(spread, scores.shape));
}

const toNumbers = (mask: Tensor): Tensor =>
  mask.dtype === 'bool' ? where(mask, Number.NEGATIVE_INFINITY, zeros(mask.shape)) : mask;

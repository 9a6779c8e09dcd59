import { add, gather, pad, reshape, type Tensor, tensor1d, where, zeros } from '@tensorflow/tfjs-core';
import { checkExactShape, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** The sizes of an attention: rows, heads, queries per row, and keys. */
export interface AttentionSizes {
  readonly rows: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}

export interface AttentionMasks {
  /** `[N, S]` or, without a batch, `[S]`: true for keys that are only padding, or numbers to add to their scores */
  keyPaddingMask?: Tensor | undefined;
  /**
   * `[L, S]`, or `[N·H, L, S]` with the heads of each row together: true where a query must not see a key, or numbers
   * to add to the scores
   */
  attnMask?: Tensor | undefined;
}

/** The kinds of `AttentionMasks`. */
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
 * Applies the masks to scores: −∞ where a bool mask is true; other masks are added.
 *
 * @param scores `[N·H, L, S + more]`; masks do not apply to the `more` keys that were added
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
  // The mask is copied for every row, because backends are slow at broadcasting an axis in the middle.
  const row = Int32Array.from({ length: rows * heads * queries }, (_, i) =>
    Math.floor(i / (heads * queries)),
  );
  const spread = gather(widened(keyPaddingMask, [rows, keys]), tensor1d(row, 'int32')); // [N·H·L, S + more]
  return add(attended, reshape(spread, scores.shape));
}

const toNumbers = (mask: Tensor): Tensor =>
  mask.dtype === 'bool' ? where(mask, Number.NEGATIVE_INFINITY, zeros(mask.shape)) : mask;

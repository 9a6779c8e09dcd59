import {
  add,
  fill,
  gather,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  pad,
  range,
  reshape,
  scalar,
  slice,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { embedding } from '@unroll/backend/operations';
import type { Chain } from './chain.ts';

/**
 * The score of one path of each row, `[N]`: `start(y_0) + Σ_t e_t(y_t) + Σ_t A(y_{t−1}, y_t) + end(y_last)`.
 *
 * @param tags int32 `[N, L]`; tags past a row's length are not read
 */
export function pathScore({ scores, transitions, start, end, lengths }: Chain, tags: Tensor2D): Tensor1D {
  const [rows, steps, size] = scores.shape;
  const inside = lengths && insideOf(lengths, steps);
  const read = (inside ? where(inside, tags, zerosLike(tags)) : tags) as Tensor2D;
  const firsts = reshape(range(0, rows * steps * size, size, 'int32'), [rows, steps]);
  const emissions = pick(scores, read, size, firsts);
  const entering = transitionScores(transitions, read);
  const lasts = lengths ?? new Array<number>(rows).fill(steps);
  const lastPlaces = tensor1d(
    lasts.map((length, row) => row * steps + length - 1),
    'int32',
  );
  const firstTags = reshape(slice(read, [0, 0], [rows, 1]), [rows]);
  const lastTags = gather(reshape(read, [rows * steps]), lastPlaces);
  const ends = add(pick(start, firstTags, size), pick(end, lastTags, size));
  const along = entering ? [emissions, entering] : [emissions];
  const sums = along.map((terms) => sum(kept(terms, inside), 1));
  return sums.reduce((total, each) => add(total, each), ends) as Tensor1D;
}

/** `[N, L]`: the score of the transition to each step's tag; 0 for the first step. Undefined for a single step. */
function transitionScores(transitions: Tensor2D, tags: Tensor2D): Tensor | undefined {
  const [rows, steps] = tags.shape;
  if (steps === 1) return undefined;
  const [size] = transitions.shape;
  const from = slice(tags, [0, 0], [rows, steps - 1]);
  const to = slice(tags, [0, 1], [rows, steps - 1]);
  const scores = pick(transitions, to, size, mul(from, scalar(size, 'int32')));
  return pad(scores, [
    [0, 0],
    [1, 0],
  ]);
}

/**
 * Elements of a tensor whose last axis is that of the tags. A tag that could not be checked before may be none. It must
 * not reach into another row, so its place is −1, which the backend refuses.
 */
function pick(scores: Tensor, tags: Tensor, size: number, firsts?: Tensor): Tensor {
  const isTag = logicalAnd(greaterEqual(tags, 0), less(tags, size));
  const places = where(isTag, firsts ? add(firsts, tags) : tags, fill(tags.shape, -1, 'int32'));
  return reshape(embedding(reshape(scores, [scores.size, 1]), places), tags.shape);
}

const kept = (terms: Tensor, inside: Tensor | undefined): Tensor =>
  inside ? where(inside, terms, zerosLike(terms)) : terms;

/** bool `[N, L]`: whether a step comes before its row's end */
function insideOf(lengths: readonly number[], steps: number): Tensor2D {
  const inside = lengths.flatMap((length) => Array.from({ length: steps }, (_, step) => step < length));
  return tensor2d(inside.map(Number), [lengths.length, steps], 'bool');
}

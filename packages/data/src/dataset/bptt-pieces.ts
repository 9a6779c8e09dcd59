import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Dataset } from './dataset.ts';
import { indexed } from './in-memory.ts';
import { checkSeries, type Series, stepsFrom } from './series-of-steps.ts';

export interface BpttPiecesOptions {
  /**
   * Number of rows, which read different parts of the text at the same time. `batches` must have the same `batchSize`,
   * and the order `sequential()`, its default.
   */
  batchSize: number;
  /** Number of steps through which a gradient goes back */
  bpttLength: number;
}

const kinds = {
  batchSize: kind.required(kind.whole(1)),
  bpttLength: kind.required(kind.whole(1)),
};

/**
 * The pieces of a text, or of another long series, for truncated back-propagation through time. The text is cut into
 * `batchSize` rows of one length, and each row into pieces. `batchSize` adjacent pieces are one batch: the next piece
 * of each row. So a model that carries its states from batch to batch reads each row without a gap.
 *
 * A piece has `bpttLength` + 1 steps, as its last step is the target of the one before, and the first that the row's
 * next piece reads. The end of a row that is shorter than a piece is left out. Pieces of a typed array are views.
 *
 * @param series steps in order: an array of tokens, or a typed array
 * @throws when a row is shorter than a piece
 *
 * @example
 * const pieces = bpttPieces(tokens, { batchSize: 32, bpttLength: 64 });
 * batches(pieces, { batchSize: 32, collate: stacked({ dtype: 'int32' }) }); // [32, 65] each
 *
 * @see https://torchtext.readthedocs.io/en/latest/data.html#bpttiterator
 */
export function bpttPieces<S extends Series>(series: S, options: BpttPiecesOptions): Dataset<S> {
  const { batchSize, bpttLength } = checkOptions('bpttPieces', options, kinds);
  checkSeries('bpttPieces', series);
  const perRow = Math.floor((series.length - 1) / batchSize);
  const piecesPerRow = Math.floor(perRow / bpttLength);
  if (piecesPerRow < 1) {
    throw new ArgumentError(
      'bpttPieces',
      'series',
      `has ${series.length} steps; a piece in each of ${batchSize} rows takes ${batchSize * bpttLength + 1}`,
    );
  }
  return indexed('bpttPieces', piecesPerRow * batchSize, (index) => {
    const row = index % batchSize;
    const start = row * perRow + Math.floor(index / batchSize) * bpttLength;
    return stepsFrom(series, start, bpttLength + 1);
  });
}

import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Dataset, DatasetLike } from '../dataset/dataset.ts';
import { datasetOf } from '../dataset/in-memory.ts';
import { isStream, type Stream } from '../dataset/stream.ts';
import type { Order, StreamOrder } from '../order/order.ts';
import { sequential } from '../order/sequential.ts';
import type { Batches } from './batch-iteration.ts';
import { type BatchLimit, batchLimitKinds } from './batch-limit.ts';
import { datasetEpochs } from './dataset-epochs.ts';
import { EpochLoop } from './epoch-loop.ts';
import { checkLengths } from './length-of-element.ts';
import { streamEpochs } from './stream-epochs.ts';

interface CommonOptions<T, B> extends BatchLimit {
  /** The length of an element: for orders by length and for `maxTokens` */
  lengthOf?: ((element: T) => number) | undefined;
  /** Makes a batch from its elements, such as `padded()` or `fields({…})`. Default: an array of the elements. */
  collate?: ((elements: readonly T[]) => B) | undefined;
  /** Whether to leave out a last batch of fewer than `batchSize` elements. Default false. */
  dropLast?: boolean | undefined;
  /**
   * Number of batches whose elements are read ahead while the program works on a batch. They are collated only when
   * their turn comes. Leaving a loop over a stream early waits for the element that is being read. Default 0.
   */
  prefetch?: number | undefined;
}

/** Options of batches of a data set. */
export interface BatchesOptions<T, B> extends CommonOptions<T, B> {
  /** Default `sequential()` */
  order?: Order | undefined;
  /** The length of each element. Replaces `lengthOf`, which would read each element once. */
  lengths?: ArrayLike<number> | undefined;
}

/** Options of batches of a stream. */
export interface StreamBatchesOptions<T, B> extends CommonOptions<T, B> {
  /** Default `sequential()`. A bucketed order sorts pools of the stream. */
  order?: StreamOrder | (Order & { readonly poolSize: number }) | undefined;
}

/** Batches of a data set. Their number is known. */
export interface DatasetBatches<B> extends Batches<B> {
  /** Number of batches in the current or next epoch. With `maxTokens`, epochs may differ by a few. */
  count(): Promise<number>;
}

const kinds = {
  ...batchLimitKinds,
  order: kind.record,
  lengthOf: kind.func,
  lengths: kind.anything,
  collate: kind.func,
  dropLast: kind.flag,
  prefetch: kind.whole(0),
};

const { lengths: _, ...streamKinds } = kinds;

/**
 * Batches of a data set or a stream, as `torch.utils.data.DataLoader`.
 *
 * @example
 * const training = batches(names, {
 *   batchSize: 32,
 *   order: shuffled({ seed: 1 }),
 *   collate: fields({ characters: padded(), label: scalars() }),
 * });
 * for (let epoch = 0; epoch < 10; epoch++) {
 *   for await (const { characters, label } of training) …
 * }
 *
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
 */
export function batches<T, B = T[]>(
  elements: Stream<T>,
  options: StreamBatchesOptions<T, B>,
): Batches<Awaited<B>>;
export function batches<T, B = T[]>(
  elements: DatasetLike<T>,
  options: BatchesOptions<T, B>,
): DatasetBatches<Awaited<B>>;
export function batches<T, B = T[]>(
  elements: DatasetLike<T> | Stream<T>,
  options: CommonOptions<T, B>,
): Batches<Awaited<B>>;
export function batches<T, B>(
  elements: DatasetLike<T> | Stream<T>,
  options: BatchesOptions<T, B> | StreamBatchesOptions<T, B>,
): Batches<Awaited<B>> {
  return isStream(elements)
    ? batchesOfStream(elements, options as StreamBatchesOptions<T, B>)
    : batchesOfDataset(datasetOf('batches', elements), options as BatchesOptions<T, B>);
}

function batchesOfDataset<T, B>(
  dataset: Dataset<T>,
  options: BatchesOptions<T, B>,
): DatasetBatches<Awaited<B>> {
  const given = checkOptions('batches', options, kinds);
  const { order = sequential(), lengths } = given;
  if (!('indices' in order))
    throw wrongOrder(order, 'a data set', 'sequential, shuffled, weighted or bucketed');
  if (lengths && lengths.length !== dataset.length) {
    throw new ArgumentError(
      'batches',
      'lengths',
      `are ${lengths.length}; the data set has ${dataset.length} elements`,
    );
  }
  if (lengths) checkLengths(lengths);
  const epochs = datasetEpochs({ dataset, order, lengths, ...cuttingOf(order, given) });
  const loop = new EpochLoop(epochs, collateOf(given), given.prefetch ?? 0);
  return Object.assign(loop, { count: () => epochs.count(loop.epoch) });
}

function batchesOfStream<T, B>(
  elements: Stream<T>,
  options: StreamBatchesOptions<T, B>,
): Batches<Awaited<B>> {
  const given = checkOptions('batches', options, streamKinds);
  const { order = sequential() } = given;
  if (!('read' in order || order.poolSize)) {
    throw wrongOrder(order, 'a stream', 'sequential, shuffleBuffer or bucketed');
  }
  const epochs = streamEpochs({ elements, order, ...cuttingOf(order, given) });
  return new EpochLoop(epochs, collateOf(given), given.prefetch ?? 0);
}

/** How elements are grouped into batches, for data sets and streams. */
function cuttingOf<T, B>(
  order: Order | StreamOrder,
  given: CommonOptions<T, B> & Pick<BatchesOptions<T, B>, 'lengths'>,
) {
  return {
    limit: checkedLimit(given),
    dropLast: given.dropLast ?? false,
    lengthOf: needsLength(order, given) ? given.lengthOf : undefined,
  };
}

function collateOf<T, B>({ collate }: CommonOptions<T, B>): (elements: readonly T[]) => B {
  return collate ?? ((elements) => elements as B);
}

function checkedLimit({ batchSize, maxTokens, dropLast }: CommonOptions<never, unknown>): BatchLimit {
  if (batchSize === undefined && maxTokens === undefined) {
    throw new ArgumentError(
      'batches',
      'batchSize',
      'and maxTokens are left out; expected at least one of them',
    );
  }
  if (dropLast && (batchSize === undefined || maxTokens !== undefined)) {
    throw new ArgumentError(
      'batches',
      'dropLast',
      'is set; expected batchSize without maxTokens, so that batches are of one size',
    );
  }
  return { batchSize, maxTokens };
}

function needsLength(
  order: Order | StreamOrder,
  { maxTokens, ...given }: Pick<BatchesOptions<never, unknown>, 'maxTokens' | 'lengthOf' | 'lengths'>,
): boolean {
  const by =
    'needsLengths' in order && order.needsLengths
      ? `order is '${order.settings.order}'`
      : maxTokens && `maxTokens is ${maxTokens}`;
  if (!by) return false;
  if (given.lengthOf || given.lengths) return true;
  throw new ArgumentError('batches', 'lengthOf', undefined, {
    sentence: `${by}, and lengthOf is left out; expected a function that says how long an element is`,
  });
}

function wrongOrder({ settings }: Order | StreamOrder, what: string, expected: string): Error {
  return new ArgumentError(
    'batches',
    'order',
    `is '${settings?.order}', which does not order ${what}; expected ${expected}`,
  );
}

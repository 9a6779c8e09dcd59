import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Dataset, DatasetLike } from './dataset.ts';
import { datasetOf, indexed } from './in-memory.ts';
import { reading } from './reading.ts';
import { fieldsOf } from './saved-state.ts';
import { isStream, type Stream, stream } from './stream.ts';

export interface ShardOptions {
  /** This process's number, 0…size−1 */
  rank: number;
  /** Number of processes that share the elements */
  size: number;
  /**
   * What happens to the last elements when `size` does not divide their number. `'keep'`: the first ranks get one more.
   * `'repeat'`: the other ranks get one of the first elements again, as `DistributedSampler`. `'drop'`: no rank gets
   * them. Processes that wait for each other at each step need equal numbers of elements. Default `'keep'`. A stream
   * supports only `'keep'`, because its end is unknown.
   */
  uneven?: 'keep' | 'repeat' | 'drop' | undefined;
}

const kinds = {
  rank: kind.required(kind.whole(0)),
  size: kind.required(kind.whole(1)),
  uneven: kind.choice('keep', 'repeat', 'drop'),
};

/**
 * One process's share: every `size`-th element, beginning with element `rank`.
 *
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.distributed.DistributedSampler
 */
export function shard<T>(elements: Stream<T>, options: ShardOptions): Stream<T>;
export function shard<T>(elements: DatasetLike<T>, options: ShardOptions): Dataset<T>;
export function shard<T>(elements: DatasetLike<T> | Stream<T>, options: ShardOptions): Dataset<T> | Stream<T>;
export function shard<T>(elements: Stream<T>, options: ShardOptions): Stream<T>;
export function shard<T>(elements: DatasetLike<T>, options: ShardOptions): Dataset<T>;
export function shard<T>(
  elements: DatasetLike<T> | Stream<T>,
  options: ShardOptions,
): Dataset<T> | Stream<T> {
  const { rank, size, uneven = 'keep' } = checkOptions('shard', options, kinds);
  if (rank >= size) throw new ArgumentError('shard', 'rank', `is ${rank}; expected a rank in 0…${size - 1}`);
  if (isStream(elements)) {
    if (uneven === 'keep') return shardStream(elements, rank, size);
    throw new ArgumentError(
      'shard',
      'uneven',
      `is '${uneven}'; expected 'keep', as a stream does not know its end`,
    );
  }
  const dataset = datasetOf('shard', elements);
  const { length } = dataset;
  const share = {
    keep: Math.ceil((length - rank) / size),
    repeat: Math.ceil(length / size),
    drop: Math.floor(length / size),
  }[uneven];
  return indexed('shard', share, (index) => dataset.get((index * size + rank) % length));
}

function shardStream<T>(elements: Stream<T>, rank: number, size: number): Stream<T> {
  return stream((from) => {
    const saved =
      from === undefined
        ? undefined
        : fieldsOf('shard', from, { index: kind.required(kind.whole(0)), state: kind.anything });
    const source = elements.open(saved?.state);
    let index = (saved?.index ?? 0) as number;
    return reading({
      async next() {
        for (;;) {
          const result = await source.next();
          if (result.done || index++ % size === rank) return result;
        }
      },
      state: () => ({ index, state: source.state() }),
      close: () => source.return(),
    });
  });
}

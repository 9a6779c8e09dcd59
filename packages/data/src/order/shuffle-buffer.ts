import { checkOptions, kind } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import { Philox } from '@unroll/backend/operations';
import { reading } from '../dataset/reading.ts';
import { fieldsOf } from '../dataset/saved-state.ts';
import type { Reading, Stream } from '../dataset/stream.ts';
import type { Json } from '../json.ts';
import type { StreamOrder } from './order.ts';
import { generatorOf } from './pass.ts';

export interface ShuffleBufferOptions {
  /**
   * Number of buffered elements from which each next element is drawn. A larger buffer shuffles better. Default 10,000.
   */
  size?: number | undefined;
  /** Default 0 */
  seed?: number | undefined;
}

const kinds = { size: kind.whole(1), seed: kind.wholeWithin(0, Number.MAX_SAFE_INTEGER) };

/**
 * Shuffles a stream's elements within a buffer, as `tf.data.Dataset.shuffle`, with another order in each epoch.
 *
 * A state does not contain elements. It has the position of the oldest element in the buffer, and tells which later
 * elements were in the buffer. Resuming reads the stream again from the oldest element, about `size · ln(size)`
 * elements.
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#shuffle
 */
export function shuffleBuffer(options: ShuffleBufferOptions = {}): StreamOrder {
  const { size = 10_000, seed = 0 } = checkOptions('shuffleBuffer', options, kinds);
  return {
    settings: { order: 'shuffleBuffer', size, seed },
    read: (stream, epoch, from) => readShuffled(stream, size, generatorOf(seed, { epoch, pool: 0 }), from),
  };
}

interface Held<T> {
  readonly element: T;
  /** Its index in the stream, counted from the beginning of the reading */
  readonly place: number;
  /** The state of the source before this element */
  readonly before: Json;
}

const stateKinds = {
  drawn: kind.required(kind.whole(0)),
  /** Number of elements read since the oldest one, including it */
  read: kind.required(kind.whole(0)),
  /** Indices of the buffered elements, counted from the oldest, in the buffer's order */
  held: kind.required(kind.listOf(kind.whole(0))),
  /** The state of the source before the oldest buffered element; its current state when the buffer is empty */
  source: kind.anything,
};

function readShuffled<T>(stream: Stream<T>, size: number, start: Philox, from: Json | undefined): Reading<T> {
  const saved = from === undefined ? undefined : fieldsOf('shuffleBuffer', from, stateKinds);
  const held = (saved?.held ?? []) as readonly number[];
  const most = (saved?.read ?? 0) as number;
  if (new Set(held).size < held.length || held.some((place) => place >= most)) {
    throw new CheckpointError('shuffleBuffer: the state holds elements that it has not read, or one twice');
  }
  const source = stream.open(saved?.source);
  const random = new Philox(start.seed, (saved?.drawn ?? 0) as number);
  const buffer: Held<T>[] = [];
  let read = 0;
  let ended = false;

  const readOne = async (): Promise<Held<T> | undefined> => {
    const before = source.state();
    const result = await source.next();
    if (result.done) {
      ended = true;
      return undefined;
    }
    return { element: result.value, place: read++, before };
  };

  /** Reads the elements of a saved buffer. */
  const restore = async () => {
    const slots = new Map(held.map((place, slot) => [place, slot]));
    while (read < (saved!.read as number)) {
      const next = await readOne();
      if (!next)
        throw new CheckpointError(
          'shuffleBuffer: the stream has fewer elements than when the state was saved',
        );
      const slot = slots.get(next.place);
      if (slot !== undefined) buffer[slot] = next;
    }
  };
  let restored = saved === undefined;

  return reading({
    async next() {
      if (!restored) {
        await restore();
        restored = true;
      }
      while (!ended && buffer.length < size) {
        const next = await readOne();
        if (next) buffer.push(next);
      }
      if (buffer.length === 0) return { done: true, value: undefined };
      const drawn = Math.floor(random.uniform() * buffer.length);
      const { element } = buffer[drawn]!;
      const last = buffer.pop()!;
      if (drawn < buffer.length) buffer[drawn] = last;
      return { done: false, value: element };
    },
    state(): Json {
      if (!restored) return from!;
      if (buffer.length === 0)
        return { drawn: random.state.position, read: 0, held: [], source: source.state() };
      const oldest = buffer.reduce((a, b) => (b.place < a.place ? b : a));
      return {
        drawn: random.state.position,
        read: read - oldest.place,
        held: buffer.map(({ place }) => place - oldest.place),
        source: oldest.before,
      };
    },
    close: () => source.return(),
  });
}

import { checkValue, kind, shown } from '@unroll/backend/checks';
import { ArgumentError, CheckpointError } from '@unroll/backend/errors';
import { reading } from './reading.ts';
import { fieldsOf } from './saved-state.ts';
import { type Stream, stream } from './stream.ts';

/**
 * Makes a stream from a function that returns an iterable: a generator's values, rows of a database.
 *
 * A reading that resumes from a state iterates from the beginning and skips the elements that were read before.
 *
 * @param iterate called for each reading; it must yield the same elements each time
 * @param iterate called for each reading; it has to give the same elements each time
 *
 * @example
 * const squares = streamOf(function* () {
 *   for (let i = 0; i < 1e9; i++) yield i * i;
 * });
 */
export function streamOf<T>(iterate: () => Iterable<T> | AsyncIterable<T>): Stream<T> {
  checkValue('streamOf', 'iterate', iterate, kind.required(kind.func));
  return stream((from) => {
    const before =
      from === undefined
        ? 0
        : (fieldsOf('streamOf', from, { taken: kind.required(kind.whole(0)) }).taken as number);
    let taken = 0;
    let elements: Iterator<T> | AsyncIterator<T> | undefined;
    const next = async (): Promise<IteratorResult<T, undefined>> => {
      elements ??= iteratorOf(iterate());
      const result = await elements.next();
      if (result.done) return { done: true, value: undefined };
      taken++;
      return result;
    };
    return reading({
      async next() {
        while (taken < before) {
          if ((await next()).done) {
            throw new CheckpointError(
              `streamOf: the state is after element ${before - 1}, but there are only ${taken} elements now`,
            );
          }
        }
        return next();
      },
      state: () => ({ taken: Math.max(taken, before) }),
      close: () => elements?.return?.(),
    });
  });
}

function iteratorOf<T>(elements: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> {
  if (!(Symbol.asyncIterator in Object(elements) || Symbol.iterator in Object(elements))) {
    throw new ArgumentError('streamOf', 'iterate', `gave ${shown(elements)}; expected what can be iterated`);
  }
  return Symbol.asyncIterator in elements ? elements[Symbol.asyncIterator]() : elements[Symbol.iterator]();
}

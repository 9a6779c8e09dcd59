import { shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** Elements that are at hand, or have to be waited for. */
export type EitherIterable<T> = Iterable<T> | AsyncIterable<T>;

/** @throws where elements are a text, whose letters nobody means, or cannot be iterated */
export function checkIterable(owner: string, argument: string, elements: unknown): void {
  const isIterable = Symbol.iterator in Object(elements) || Symbol.asyncIterator in Object(elements);
  if (isIterable && typeof elements !== 'string') return;
  throw new ArgumentError(owner, argument, `is ${shown(elements)}; expected an array, or a stream`);
}

/**
 * Hands each element to `visit`, then gives `result()`: at once, or as a promise where elements have to be waited for.
 *
 * @param owner what was given the elements, and by which argument, as an error names them
 * @throws where they are a text, or cannot be iterated
 */
export function visitEach<T, R>(
  owner: string,
  argument: string,
  elements: EitherIterable<T>,
  visit: (element: T) => void,
  result: () => R,
): R | Promise<R> {
  checkIterable(owner, argument, elements);
  if (!(Symbol.iterator in elements)) return visitWaiting(elements, visit, result);
  for (const element of elements) visit(element);
  return result();
}

async function visitWaiting<T, R>(
  elements: AsyncIterable<T>,
  visit: (element: T) => void,
  result: () => R,
): Promise<R> {
  for await (const element of elements) visit(element);
  return result();
}

import { shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** Elements in memory, or from an async iterable. */
export type EitherIterable<T> = Iterable<T> | AsyncIterable<T>;

/** @throws when the elements are a string, which is surely a mistake, or cannot be iterated */
export function checkIterable(owner: string, argument: string, elements: unknown): void {
  const isIterable = Symbol.iterator in Object(elements) || Symbol.asyncIterator in Object(elements);
  if (isIterable && typeof elements !== 'string') return;
  throw new ArgumentError(owner, argument, `is ${shown(elements)}; expected an array, or a stream`);
}

/**
 * Passes each element to `visit`, then returns `result()`: at once, or as a promise for an async iterable.
 *
 * @param owner the function and argument that received the elements, as named in errors
 * @throws when the elements are a string, or cannot be iterated
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

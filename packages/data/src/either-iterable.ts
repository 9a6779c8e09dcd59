/** Elements that are at hand, or have to be waited for. */
export type EitherIterable<T> = Iterable<T> | AsyncIterable<T>;

/** Hands each element to `visit`, then gives `result()`: at once, or as a promise where elements have to be waited for. */
export function visitEach<T, R>(
  elements: EitherIterable<T>,
  visit: (element: T) => void,
  result: () => R,
): R | Promise<R> {
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

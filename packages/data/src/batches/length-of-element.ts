import { kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

const length = kind.whole(0);

/** @throws when a number is not a valid length */
export function checkLengths(lengths: ArrayLike<number>): void {
  const wrong = Array.prototype.findIndex.call(lengths, (each) => !length.fits(each));
  if (wrong < 0) return;
  throw new ArgumentError(
    'batches',
    'lengths',
    `has ${shown(lengths[wrong])} at ${wrong}; expected ${length.expected} for each element`,
  );
}

/** @throws when the function returns something that is not a length */
export function lengthOfElement<T>(lengthOf: (element: T) => number, element: T, index: number): number {
  const measured = lengthOf(element);
  if (length.fits(measured)) return measured;
  throw new ArgumentError(
    'batches',
    'lengthOf',
    `gave ${shown(measured)} for element ${index}; expected ${length.expected}`,
  );
}

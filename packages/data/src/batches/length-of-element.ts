import { kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

const length = kind.whole(0);

/** @throws where the function gives no length */
export function lengthOfElement<T>(lengthOf: (element: T) => number, element: T, index: number): number {
  const measured = lengthOf(element);
  if (length.fits(measured)) return measured;
  throw new ArgumentError(
    'batches',
    'lengthOf',
    `gave ${shown(measured)} for element ${index}; expected ${length.expected}`,
  );
}

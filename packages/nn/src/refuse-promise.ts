import { ArgumentError } from '@unroll/backend/errors';

/** Throws if a function returns a promise instead of a finished result. */
export function refusePromise<T>(owner: string, result: T): T {
  if (typeof (result as Partial<PromiseLike<unknown>> | null | undefined)?.then !== 'function') return result;
  Promise.resolve(result).catch(() => {}); // what comes of it has nobody to go to
  throw new ArgumentError(
    owner,
    'f',
    'returned a promise; expected a synchronous function: what comes after an await is in the old modes. Await its result outside',
  );
}

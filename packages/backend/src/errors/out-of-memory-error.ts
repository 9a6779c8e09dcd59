import { UnrollError } from './unroll-error.ts';

/**
 * A backend's memory does not suffice. Values have not changed; a smaller batch may fit. `argument` is an option that
 * raises the limit.
 */
export class OutOfMemoryError extends UnrollError {
  override readonly name = 'OutOfMemoryError';
}

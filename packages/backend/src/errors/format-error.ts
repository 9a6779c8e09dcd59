import { UnrollError } from './unroll-error.ts';

/** Bytes that are not a file of the format that they were read as, or are damaged. */
export class FormatError extends UnrollError {
  override readonly name: string = 'FormatError';
}

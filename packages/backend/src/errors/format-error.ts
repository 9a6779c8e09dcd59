import { UnrollError } from './unroll-error.ts';

/** Bytes that are damaged, or are not a file of the expected format. */
export class FormatError extends UnrollError {
  override readonly name: string = 'FormatError';
}

import type { SpecialIds } from './special-tokens.ts';

export interface EncodeOptions {
  /** Whether special tokens (beginning, end) are added. Default true. */
  specials?: boolean | undefined;
}

export interface DecodeOptions {
  /** Whether special tokens are written out. Default false. */
  specials?: boolean | undefined;
}

/** Text to a model's numbers and back. */
export interface Codec {
  /** One more than the greatest number: rows of an embedding's table */
  readonly size: number;
  readonly specialIds: SpecialIds;
  encode(text: string, options?: EncodeOptions): number[];
  /** @throws where a number is none of 0…size−1 */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
}

import type { SpecialIds } from './special-tokens.ts';

export interface EncodeOptions {
  /** Whether to add special tokens (beginning, end). Default true. */
  specials?: boolean | undefined;
}

export interface DecodeOptions {
  /** Whether to write special tokens. Default false. */
  specials?: boolean | undefined;
}

/** Converts text to a model's ids and back. */
export interface Codec {
  /** One more than the greatest id: the number of rows of an embedding table */
  readonly size: number;
  readonly specialIds: SpecialIds;
  encode(text: string, options?: EncodeOptions): number[];
  /** @throws when an id is not in 0…size−1 */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
}

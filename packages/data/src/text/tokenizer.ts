import type { Json } from '../json.ts';

/** Cuts text into tokens, and joins tokens to text. */
export interface Tokenizer {
  tokenize(text: string): string[];
  /** The text of tokens. How exact it is depends on the tokenizer. */
  detokenize(tokens: readonly string[]): string;
  /** JSON from which `tokenizerFromJSON` makes the same tokenizer. A tokenizer without it cannot be saved. */
  toJSON?(): Json;
}

import type { Json } from '../json.ts';

/** Cuts text into tokens, and joins them again. */
export interface Tokenizer {
  tokenize(text: string): string[];
  /** The text of tokens; each tokenizer says how near to the original it comes. */
  detokenize(tokens: readonly string[]): string;
  /** What `tokenizerFromJSON` makes the same tokenizer from. A tokenizer without it cannot be saved. */
  toJSON?(): Json;
}

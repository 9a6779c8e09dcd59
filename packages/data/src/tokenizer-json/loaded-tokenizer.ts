import { Tokenizer } from '@huggingface/tokenizers';

/** The used part of the package's tokenizer. Its own declarations import files that TypeScript does not find. */
export interface LoadedTokenizer {
  encode(
    text: string,
    options: { add_special_tokens: boolean },
  ): { ids: (number | undefined)[]; tokens: string[] };
  decode(ids: number[], options: { skip_special_tokens: boolean }): string;
  tokenize(text: string): string[];
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_vocab(): Map<string, number>;
}

/** Every part of the file must be present, at least as null. */
const absent = {
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
};

/** @throws any error of the package, when it does not accept the file */
export const loadTokenizer = (json: object, config: object): LoadedTokenizer =>
  new Tokenizer({ ...absent, ...json }, config);

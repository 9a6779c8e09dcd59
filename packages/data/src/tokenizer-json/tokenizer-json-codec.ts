import { checkOptions, kind, messageOf } from '@unroll/backend/checks';
import { ArgumentError, FormatError } from '@unroll/backend/errors';
import type { Json } from '../json.ts';
import { isRecord, jsonFields } from '../json-fields.ts';
import type { Codec, DecodeOptions, EncodeOptions } from '../text/codec.ts';
import {
  type SpecialIds,
  type SpecialTokens,
  specialNames,
  specialTokenKinds,
} from '../text/special-tokens.ts';
import { type LoadedTokenizer, loadTokenizer } from './loaded-tokenizer.ts';
import { namedSpecials } from './named-specials.ts';

export interface TokenizerJsonOptions {
  /** The content of `tokenizer_config.json`, as text or parsed. Default: empty. */
  config?: string | object | undefined;
  /** The pad, unk, bos and eos tokens, when the files do not name them */
  specials?: SpecialTokens | undefined;
}

const textOrRecord = kind.either(kind.text, kind.record);
const kinds = { config: textOrRecord, specials: kind.record };
const callKinds = { specials: kind.flag };

/**
 * A Hugging Face tokenizer, as its `tokenizer.json` describes it, by the package @huggingface/tokenizers. Unlike
 * `TextCodec`, it recognises special tokens that occur in a text. It ignores the file's settings of padding and
 * truncation, which are the task of batches.
 *
 * @example
 * const codec = new TokenizerJsonCodec(await readFile('tokenizer.json', 'utf8'));
 * codec.encode('Hello world'); // with the special tokens that its post-processor adds
 *
 * @see https://huggingface.co/docs/tokenizers
 */
export class TokenizerJsonCodec implements Codec {
  readonly size: number;
  readonly specials: SpecialTokens;
  readonly specialIds: SpecialIds;
  readonly #tokenizer: LoadedTokenizer;
  readonly #json: Record<string, unknown>;
  readonly #config: Record<string, unknown>;

  /**
   * @param json the content of `tokenizer.json`, as text or parsed
   * @throws FormatError when it is not such a file, or has parts that the package does not support
   */
  constructor(json: string | object, options: TokenizerJsonOptions = {}) {
    const { config = {}, specials = {} } = checkOptions('TokenizerJsonCodec', options, kinds);
    const given = checkOptions<SpecialTokens>('TokenizerJsonCodec.specials', specials, specialTokenKinds);
    this.#json = parsed('tokenizer.json', json);
    this.#config = parsed('tokenizer_config.json', config);
    const { model } = jsonFields<{ model: Record<string, unknown> }>('tokenizer.json', this.#json, {
      model: kind.required(kind.record),
    });
    this.specials = { ...namedSpecials(this.#json, this.#config), ...given };
    this.#tokenizer = made(this.#json, {
      // The package cleans up by default. tokenizer.json has no setting for it.
      clean_up_tokenization_spaces: false,
      // The package learns the unknown token of a word-level model only from here.
      ...(typeof model.unk_token === 'string' && { unk_token: model.unk_token }),
      ...this.#config,
    });
    const ids = this.#tokenizer.get_vocab();
    this.size = greatest(ids.values()) + 1;
    this.specialIds = this.#idsOf(this.specials);
  }

  /**
   * Makes a codec from the result of `toJSON`.
   *
   * @throws FormatError when the JSON is invalid
   */
  static fromJSON(json: unknown): TokenizerJsonCodec {
    const saved = jsonFields<SavedCodec>('TokenizerJsonCodec.fromJSON', json, savedKinds);
    return new TokenizerJsonCodec(saved.tokenizer, { config: saved.config, specials: saved.specials });
  }

  /** The tokens of a text, without added special tokens. */
  tokenize(text: string): string[] {
    return this.#tokenizer.tokenize(text);
  }

  /** @throws when the model does not know a token, and has no unknown token */
  encode(text: string, options: EncodeOptions = {}): number[] {
    const { specials = true } = checkOptions('TokenizerJsonCodec.encode', options, callKinds);
    const { ids, tokens } = this.#tokenizer.encode(text, { add_special_tokens: specials });
    return ids.map((id, i) => {
      if (id !== undefined) return id;
      const fault = `has the token '${tokens[i]}', which the model does not know; it has no unknown token`;
      throw new ArgumentError('TokenizerJsonCodec.encode', 'text', fault);
    });
  }

  /** The text, by the file's decoder. Special tokens are left out by default. */
  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    const { specials = false } = checkOptions('TokenizerJsonCodec.decode', options, callKinds);
    const numbers = Array.from(ids);
    for (const id of numbers) this.tokenOf(id);
    // The package does not accept an empty list.
    return numbers.length === 0 ? '' : this.#tokenizer.decode(numbers, { skip_special_tokens: !specials });
  }

  /** The id of a token; undefined when there is no such token. */
  indexOf(token: string): number | undefined {
    return this.#tokenizer.token_to_id(token);
  }

  /** @throws when `id` is not the id of a token */
  tokenOf(id: number): string {
    const token = this.#tokenizer.id_to_token(id);
    if (token === undefined) {
      const fault = `is ${id}, no token's number; expected one in 0…${this.size - 1}`;
      throw new ArgumentError('TokenizerJsonCodec', 'id', fault);
    }
    return token;
  }

  toJSON(): Json {
    return { tokenizer: this.#json, config: this.#config, specials: { ...this.specials } } as Json;
  }

  #idsOf(specials: SpecialTokens): SpecialIds {
    const idOf = (name: string, token: string) => {
      const id = this.indexOf(token);
      if (id === undefined) {
        throw new ArgumentError('TokenizerJsonCodec', `specials.${name}`, `is '${token}', which is no token`);
      }
      return id;
    };
    const named: { [Name in (typeof specialNames)[number]]?: number } = {};
    for (const name of specialNames) {
      const token = specials[name];
      if (token !== undefined) named[name] = idOf(name, token);
    }
    return { ...named, others: (specials.others ?? []).map((token) => idOf('others', token)) };
  }
}

interface SavedCodec {
  readonly tokenizer: object;
  readonly config: object;
  readonly specials: SpecialTokens;
}

const savedKinds = {
  tokenizer: kind.required(kind.record),
  config: kind.required(kind.record),
  specials: kind.required(kind.record),
};

function parsed(file: string, json: string | object): Record<string, unknown> {
  let value: unknown = json;
  if (typeof json === 'string') {
    try {
      value = JSON.parse(json);
    } catch (error) {
      throw new FormatError(`${file}: ${messageOf(error)}`, { cause: error });
    }
  }
  if (!isRecord(value)) throw new FormatError(`${file}: it holds no object`);
  return value;
}

function made(json: object, config: object): LoadedTokenizer {
  try {
    return loadTokenizer(json, config);
  } catch (error) {
    throw new FormatError(`tokenizer.json: ${messageOf(error)}`, { cause: error });
  }
}

function greatest(ids: Iterable<number>): number {
  let most = -1;
  for (const id of ids) most = Math.max(most, id);
  return most;
}

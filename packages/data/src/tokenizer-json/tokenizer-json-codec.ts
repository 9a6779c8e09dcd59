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
  /** What `tokenizer_config.json` holds, as text or parsed. Absent: nothing. */
  config?: string | object | undefined;
  /** Which tokens are pad, unk, bos, eos, where the files do not say it */
  specials?: SpecialTokens | undefined;
}

const textOrRecord = kind.either(kind.text, kind.record);
const kinds = { config: textOrRecord, specials: kind.record };
const callKinds = { specials: kind.flag };

/**
 * A tokenizer of Hugging Face, as its `tokenizer.json` describes it, by the package @huggingface/tokenizers. Unlike `TextCodec`, it finds
 * special tokens that are written in a text. What the file says of padding and truncation is left to batches.
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
   * @param json what `tokenizer.json` holds, as text or parsed
   * @throws FormatError where it is no such file, or describes what the package does not know
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
      // The package cleans up unless told otherwise; tokenizer.json knows nothing of it.
      clean_up_tokenization_spaces: false,
      // Only here can the package learn of the unknown token of a word-level model.
      ...(typeof model.unk_token === 'string' && { unk_token: model.unk_token }),
      ...this.#config,
    });
    const ids = this.#tokenizer.get_vocab();
    this.size = greatest(ids.values()) + 1;
    this.specialIds = this.#idsOf(this.specials);
  }

  /**
   * What `toJSON` gave.
   *
   * @throws FormatError where it is not that
   */
  static fromJSON(json: unknown): TokenizerJsonCodec {
    const saved = jsonFields<SavedCodec>('TokenizerJsonCodec.fromJSON', json, savedKinds);
    return new TokenizerJsonCodec(saved.tokenizer, { config: saved.config, specials: saved.specials });
  }

  /** The tokens of a text, without special ones that are added. */
  tokenize(text: string): string[] {
    return this.#tokenizer.tokenize(text);
  }

  /** @throws where the model does not know a token, and has no unknown token */
  encode(text: string, options: EncodeOptions = {}): number[] {
    const { specials = true } = checkOptions('TokenizerJsonCodec.encode', options, callKinds);
    const { ids, tokens } = this.#tokenizer.encode(text, { add_special_tokens: specials });
    return ids.map((id, i) => {
      if (id !== undefined) return id;
      const fault = `has the token '${tokens[i]}', which the model does not know; it has no unknown token`;
      throw new ArgumentError('TokenizerJsonCodec.encode', 'text', fault);
    });
  }

  /** The text, as the file's decoder writes it. Special tokens are left out unless asked for. */
  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    const { specials = false } = checkOptions('TokenizerJsonCodec.decode', options, callKinds);
    const numbers = Array.from(ids);
    for (const id of numbers) this.tokenOf(id);
    // The package takes no empty list.
    return numbers.length === 0 ? '' : this.#tokenizer.decode(numbers, { skip_special_tokens: !specials });
  }

  /** A token's number; undefined where there is no such token. */
  indexOf(token: string): number | undefined {
    return this.#tokenizer.token_to_id(token);
  }

  /** @throws where `id` is no token's number */
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

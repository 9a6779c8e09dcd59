import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError, FormatError } from '@unroll/backend/errors';
import type { Json } from '../json.ts';
import { fromFile, jsonFields } from '../json-fields.ts';
import { anyText } from '../kinds.ts';
import type { Codec, DecodeOptions, EncodeOptions } from './codec.ts';
import { type NormalizerOptions, normalizer } from './normalizer.ts';
import type { SpecialIds } from './special-tokens.ts';
import type { Tokenizer } from './tokenizer.ts';
import { tokenizerFromJSON } from './tokenizer-from-json.ts';
import { isVocabulary, Vocabulary } from './vocabulary.ts';

export interface TextCodecOptions {
  tokenizer: Tokenizer;
  vocabulary: Vocabulary;
  /** How texts are normalized first. Default: not at all. */
  normalizer?: NormalizerOptions | undefined;
  /** Whether `encode` begins with the vocabulary's bos token. Default false. */
  bos?: boolean | undefined;
  /** Whether `encode` ends with the vocabulary's eos token. Default false. */
  eos?: boolean | undefined;
}

const isTokenizer = {
  expected: 'a tokenizer',
  fits: (value: unknown) =>
    typeof value === 'object' && value !== null && 'tokenize' in value && 'detokenize' in value,
};

export const codecKinds = {
  tokenizer: kind.required(isTokenizer),
  vocabulary: kind.required(isVocabulary),
  normalizer: kind.record,
  bos: kind.flag,
  eos: kind.flag,
};

const encodeKinds = { specials: kind.flag };

/**
 * A tokenizer and a vocabulary in one: it converts text to ids and back, and is saved and loaded as a whole.
 *
 * @example
 * const tokenizer = characters();
 * const vocabulary = buildVocabulary(texts.map(tokenizer.tokenize), { specials: { unk: '<unk>', eos: '</s>' } });
 * const codec = new TextCodec({ tokenizer, vocabulary, eos: true });
 * codec.decode(codec.encode('cat')); // 'cat'
 * const same = TextCodec.fromJSON(JSON.parse(JSON.stringify(codec)));
 */
export class TextCodec implements Codec {
  readonly tokenizer: Tokenizer;
  readonly vocabulary: Vocabulary;
  /** How texts are normalized first; undefined: not at all */
  readonly normalizer: NormalizerOptions | undefined;
  readonly #normalize: (text: string) => string;
  readonly #first: readonly number[];
  readonly #last: readonly number[];
  // Special tokens that `decode` leaves out. unk stays, to show that text was lost.
  readonly #silent: ReadonlySet<number>;

  /** @throws when `bos` or `eos` is set, and the vocabulary does not have it */
  constructor(options: TextCodecOptions) {
    const given = checkOptions('TextCodec', options, codecKinds);
    this.tokenizer = given.tokenizer;
    this.vocabulary = given.vocabulary;
    this.normalizer = given.normalizer;
    this.#normalize = given.normalizer ? normalizer(given.normalizer) : (text) => text;
    this.#first = this.#added('bos', given.bos);
    this.#last = this.#added('eos', given.eos);
    const { pad, bos, eos, others } = this.specialIds;
    this.#silent = new Set([pad, bos, eos, ...others].filter((id) => id !== undefined));
  }

  /**
   * Makes a codec from the result of `toJSON`.
   *
   * @param options a custom tokenizer, if the codec had one
   * @throws FormatError when the JSON is invalid
   */
  static fromJSON(json: unknown, options: { tokenizer?: Tokenizer | undefined } = {}): TextCodec {
    const owner = 'TextCodec.fromJSON';
    const { tokenizer } = checkOptions(owner, options, { tokenizer: isTokenizer });
    const saved = jsonFields<SavedCodec>(owner, json, savedKinds);
    const vocabulary = Vocabulary.fromJSON(saved.vocabulary);
    if (!tokenizer && saved.tokenizer === null) {
      throw new FormatError(
        `${owner}: the codec had a tokenizer of its own; expected it again, as the option tokenizer`,
      );
    }
    const made = tokenizer ?? tokenizerFromJSON(saved.tokenizer);
    const { normalizer, bos, eos } = saved;
    return fromFile(owner, () => new TextCodec({ tokenizer: made, vocabulary, normalizer, bos, eos }));
  }

  get size(): number {
    return this.vocabulary.size;
  }

  get specialIds(): SpecialIds {
    return this.vocabulary.specialIds;
  }

  /** Whether `encode` begins with bos */
  get bos(): boolean {
    return this.#first.length > 0;
  }

  /** Whether `encode` ends with eos */
  get eos(): boolean {
    return this.#last.length > 0;
  }

  /** The tokens of a text, which is normalized first. */
  tokenize(text: string): string[] {
    return this.tokenizer.tokenize(this.#normalize(text));
  }

  /** @throws when a token is not in the vocabulary, and there is no unk */
  encode(text: string, options: EncodeOptions = {}): number[] {
    const { specials = true } = checkOptions('TextCodec.encode', options, encodeKinds);
    checkValue('TextCodec.encode', 'text', text, kind.required(anyText));
    const ids = this.vocabulary.encode(this.tokenize(text));
    return specials ? [...this.#first, ...ids, ...this.#last] : ids;
  }

  /**
   * The text, as exactly as the tokenizer can restore it. Special tokens are left out by default, except unk, which
   * shows where text was lost.
   */
  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    const { specials = false } = checkOptions('TextCodec.decode', options, encodeKinds);
    const kept = Array.from(ids).filter((id) => specials || !this.#silent.has(id));
    return this.tokenizer.detokenize(this.vocabulary.decode(kept));
  }

  /** The whole codec, except a tokenizer without `toJSON`, which must be given to `fromJSON` again. */
  toJSON(): Json {
    const { normalizer } = this;
    return {
      tokenizer: this.tokenizer.toJSON?.() ?? null,
      vocabulary: this.vocabulary.toJSON(),
      bos: this.bos,
      eos: this.eos,
      ...(normalizer && { normalizer: { ...(normalizer as { readonly [name: string]: Json }) } }),
    };
  }

  #added(name: 'bos' | 'eos', wanted = false): number[] {
    if (!wanted) return [];
    const id = this.specialIds[name];
    if (id === undefined) {
      throw new ArgumentError('TextCodec', name, `is true, but the vocabulary has no specials.${name}`);
    }
    return [id];
  }
}

interface SavedCodec {
  readonly tokenizer: unknown;
  readonly vocabulary: unknown;
  readonly normalizer?: NormalizerOptions | undefined;
  readonly bos: boolean;
  readonly eos: boolean;
}

const savedKinds = {
  tokenizer: kind.anything,
  vocabulary: kind.required(kind.anything),
  normalizer: kind.record,
  bos: kind.required(kind.flag),
  eos: kind.required(kind.flag),
};

import { ArgumentError } from '@unroll/backend/errors';
import type { Json } from '../json.ts';
import { BytePairEncoding } from '../text/byte-pair-encoding.ts';
import { gpt2Pattern } from '../text/pieces.ts';
import type { TextCodec } from '../text/text-codec.ts';

/**
 * Converts a codec with byte-pair encoding to Hugging Face's `tokenizer.json`. It gives the same ids for every text
 * that does not contain special tokens.
 *
 * @throws when the codec's tokenizer is not byte-pair encoding, its vocabulary lacks one of the tokens, or it has a
 *   normalizer
 * @see https://huggingface.co/docs/tokenizers
 */
export function toTokenizerJson(codec: TextCodec): Record<string, Json> {
  const { tokenizer, vocabulary } = codec;
  if (!(tokenizer instanceof BytePairEncoding)) {
    throw new ArgumentError('toTokenizerJson', 'codec', 'has another tokenizer than a BytePairEncoding');
  }
  if (codec.normalizer) {
    const fault = 'has a normalizer, which tokenizer.json cannot tell exactly; normalize before it';
    throw new ArgumentError('toTokenizerJson', 'codec', fault);
  }
  const unknown = tokenizer.tokens.find((token) => !vocabulary.has(token));
  if (unknown !== undefined) {
    const fault = `has a vocabulary without '${unknown}'; expected all tokens of its tokenizer`;
    throw new ArgumentError('toTokenizerJson', 'codec', fault);
  }
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens(codec),
    normalizer: null,
    pre_tokenizer: preTokenizer(tokenizer.pattern),
    post_processor: postProcessor(codec),
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.tokens.map((token, id) => [token, id])),
      merges: tokenizer.merges.map((merge) => merge.split(' ')),
    },
  };
}

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false };

function preTokenizer(pattern: RegExp): Json {
  const flags = pattern.flags.replace(/[dguv]/g, '');
  if (flags !== '') {
    const fault = `has a pattern with the flags ${flags}, which tokenizer.json cannot tell`;
    throw new ArgumentError('toTokenizerJson', 'codec', fault);
  }
  if (pattern.source === gpt2Pattern.source) return { ...byteLevel, use_regex: true };
  const split = { type: 'Split', pattern: { Regex: pattern.source }, behavior: 'Isolated', invert: false };
  return { type: 'Sequence', pretokenizers: [split, { ...byteLevel, use_regex: false }] };
}

function addedTokens({ vocabulary }: TextCodec): Json {
  const { pad, unk, bos, eos, others } = vocabulary.specialIds;
  const ids = [...new Set([pad, unk, bos, eos, ...others].filter((id) => id !== undefined))];
  return ids
    .sort((a, b) => a - b)
    .map((id) => ({
      id,
      content: vocabulary.tokenOf(id),
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    }));
}

function postProcessor(codec: TextCodec): Json {
  const { specials, specialIds } = codec.vocabulary;
  const first = codec.bos ? specials.bos : undefined;
  const last = codec.eos ? specials.eos : undefined;
  if (first === undefined && last === undefined) return null;
  const special = (token: string | undefined, type: number): Json[] =>
    token === undefined ? [] : [{ SpecialToken: { id: token, type_id: type } }];
  const sequence = (id: string, type: number): Json => ({ Sequence: { id, type_id: type } });
  const around = (id: string, type: number): Json[] => [
    ...special(first, type),
    sequence(id, type),
    ...special(last, type),
  ];
  const entry = (token: string | undefined, id: number | undefined) =>
    token === undefined ? [] : [[token, { id: token, ids: [id!], tokens: [token] }] as const];
  return {
    type: 'TemplateProcessing',
    single: around('A', 0),
    pair: [...around('A', 0), ...around('B', 1)],
    special_tokens: Object.fromEntries([...entry(first, specialIds.bos), ...entry(last, specialIds.eos)]),
  };
}

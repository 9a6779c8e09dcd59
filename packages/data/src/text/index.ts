// Text to ids: tokenizers, vocabularies, codecs that combine both, and word vectors. This folder opens no files.

export { type BuildTextCodecOptions, buildTextCodec } from './build-text-codec.ts';
export { type BuildVocabularyOptions, buildVocabulary } from './build-vocabulary.ts';
export { BytePairEncoding } from './byte-pair-encoding.ts';
export { type CharactersOptions, characters } from './characters.ts';
export type { Codec, DecodeOptions, EncodeOptions } from './codec.ts';
export { type NormalizerOptions, normalizer } from './normalizer.ts';
export type { SpecialIds, SpecialTokens } from './special-tokens.ts';
export { TextCodec, type TextCodecOptions } from './text-codec.ts';
export type { Tokenizer } from './tokenizer.ts';
export { tokenizerFromJSON } from './tokenizer-from-json.ts';
export { type TrainBytePairEncodingOptions, trainBytePairEncoding } from './train-byte-pair-encoding.ts';
export { Vocabulary, type VocabularyOptions } from './vocabulary.ts';
export { whitespace } from './whitespace.ts';
export { readWordVectors, type WordVectorOptions, type WordVectors } from './word-vectors.ts';
export { type WordsOptions, words } from './words.ts';

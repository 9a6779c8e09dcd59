// Reads and writes Hugging Face's tokenizer.json.

export { toTokenizerJson } from './tokenizer-json/to-tokenizer-json.ts';
export { TokenizerJsonCodec, type TokenizerJsonOptions } from './tokenizer-json/tokenizer-json-codec.ts';

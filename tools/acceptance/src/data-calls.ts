import * as data from '@unroll/data';
import { LogMel, readWav, resample } from '@unroll/data/audio';
import { csv, tsv } from '@unroll/data/csv';
import { readPng, writePng } from '@unroll/data/images';
import { TokenizerJsonCodec, toTokenizerJson } from '@unroll/data/tokenizer-json';
import { made, type OptionCall } from './option-call.ts';

const given =
  <Options>(f: (options: Options) => unknown) =>
  (options: object) =>
    f(options as Options);

const vocabulary = () => new data.Vocabulary(['a', 'b'], { specials: { unk: '<unk>' } });
const codecParts = () => ({ tokenizer: data.characters(), vocabulary: vocabulary() });
const codec = () => new data.TextCodec(codecParts());
const tokenizerJson = () => {
  const tokenizer = data.trainBytePairEncoding(['a b a b'], { vocabSize: 258 });
  return toTokenizerJson(
    new data.TextCodec({ tokenizer, vocabulary: new data.Vocabulary(tokenizer.tokens) }),
  );
};
const png = writePng({ data: new Float32Array(1), shape: [1, 1, 1] });

/** A WAV file of one sample. */
const wav = Uint8Array.from(
  [...'RIFF&\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\x02\0\0\0\0\0'].map(
    (character) => character.charCodeAt(0),
  ),
);

/** Everything about data sets, orders, batches and texts that takes options. */
export const dataCalls: readonly OptionCall[] = [
  ['batches', (o) => data.batches([1, 2], o as never), { batchSize: 2 }],
  ['padded', given(data.padded), {}],
  ['scalars', given(data.scalars), {}],
  ['stacked', given(data.stacked), {}],
  ['shard', (o) => data.shard([1, 2], o as never), { rank: 0, size: 2 }],
  ['bpttPieces', (o) => data.bpttPieces([1, 2, 3], o as never), { batchSize: 1, bpttLength: 2 }],
  ['windows', (o) => data.windows([1, 2, 3], o as never), { inputLength: 1 }],
  ['bucketed', given(data.bucketed), {}],
  ['shuffleBuffer', given(data.shuffleBuffer), {}],
  ['shuffled', given(data.shuffled), {}],
  ['weighted', given(data.weighted), { weights: [1, 2] }],
  ['splitByHash', (o) => data.splitByHash(['a'], String, { all: 1 }, o), {}],
  ['splitByLists', (o) => data.splitByLists(['a'], String, { all: ['a'] }, o), {}],
  ['splitByRatio', (o) => data.splitByRatio(['a'], { all: 1 }, o), {}],
  ['lines', (o) => data.lines(data.bytesSource('a'), o), {}],
  ['jsonLines', (o) => data.jsonLines(data.bytesSource('{}'), o), {}],
  ['conllu', (o) => data.conllu(data.bytesSource(''), o), {}],
  ['corpus', (o) => data.corpus(o as never), { name: 'none', licence: 'CC0-1.0', files: [] }],
  ['minMaxScaler', (o) => data.minMaxScaler([1, 2], o), {}],
  [
    'buildTextCodec',
    (o) => data.buildTextCodec(['a'], o as never),
    () => ({ tokenizer: data.characters(), specials: { unk: '<unk>', bos: '<s>', eos: '</s>' } }),
  ],
  ['buildVocabulary', (o) => data.buildVocabulary([['a']], o), {}],
  ['characters', given(data.characters), {}],
  ['normalizer', given(data.normalizer), {}],
  ['words', given(data.words), {}],
  ['trainBytePairEncoding', (o) => data.trainBytePairEncoding(['a b'], o as never), { vocabSize: 257 }],
  ['Vocabulary', (o) => new data.Vocabulary(['a'], o), {}],
  ['TextCodec', made(data.TextCodec), codecParts],
  ['TextCodec.encode', (o) => codec().encode('a', o), {}],
  ['TextCodec.decode', (o) => codec().decode([1], o), {}],
  ['TextCodec.fromJSON', (o) => data.TextCodec.fromJSON(JSON.parse(JSON.stringify(codec())), o), {}],
  ['readWordVectors', (o) => data.readWordVectors(['a 1 2'], vocabulary(), o), {}],
];

/** Everything in the package's other import paths that takes options. */
export const dataDoorCalls: Readonly<Record<string, readonly OptionCall[]>> = {
  'data/audio': [
    ['LogMel', made(LogMel), { nMels: 40 }],
    ['readWav', (o) => readWav(wav, o), {}],
    ['resample', (o) => resample(new Float32Array(3), o as never), { from: 2, to: 1 }],
  ],
  'data/csv': [
    ['csv', (o) => csv(data.bytesSource('a'), o), {}],
    ['tsv', (o) => tsv(data.bytesSource('a'), o), {}],
  ],
  'data/images': [['readPng', (o) => readPng(png, o), {}]],
  'data/tokenizer-json': [['TokenizerJsonCodec', (o) => new TokenizerJsonCodec(tokenizerJson(), o), {}]],
};

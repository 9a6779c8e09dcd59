import * as seq2seq from '@unroll/seq2seq';
import type { OptionCall } from './option-call.ts';

/** A scorer in which any of four tokens is equally probable, and one step of the source gets all attention. */
const evenScorer = (): seq2seq.StepScorer => ({
  vocabularySize: 4,
  sourceLengths: [1],
  start: () => undefined,
  release: () => {},
  step: async ({ tokens, top, wanted }) => {
    const rows = tokens.length;
    const width = top === 'all' ? 4 : top;
    const even = (count: number) => new Float32Array(count).fill(-Math.log(4));
    return {
      state: undefined,
      tokens: Int32Array.from({ length: rows * width }, (_, i) => i % width),
      logProbs: even(rows * width),
      wantedLogProbs: wanted && even(rows),
      attention: new Float32Array(rows).fill(1),
    };
  },
});
const least = { startToken: 0, endToken: 1 };
const beam = { ...least, beamSize: 2 };

const searching =
  <Options>(search: (scorer: seq2seq.StepScorer, options: Options) => unknown) =>
  (options: object) =>
    search(evenScorer(), options as Options);
const framed =
  <Options>(search: (logProbs: readonly Float32Array[], options: Options) => unknown) =>
  (options: object) =>
    search([Float32Array.of(-1, -2)], options as Options);
const replaceUnknown = (options: object) =>
  seq2seq.replaceUnknownWords(
    { tokens: [], attention: [Float32Array.of(1)] },
    options as seq2seq.UnknownWordOptions,
  );

/** Searches over any step scorer that take options. */
export const searchCalls: readonly OptionCall[] = [
  ['greedySearch', searching(seq2seq.greedySearch), least],
  ['beamSearch', searching(seq2seq.beamSearch), beam],
  ['sampleSearch', searching(seq2seq.sampleSearch), least],
  ['streamTokens', searching(seq2seq.streamTokens), { ...beam, method: 'beam' }],
  ['ctcGreedySearch', framed(seq2seq.ctcGreedySearch), { vocabularySize: 2 }],
  ['ctcBeamSearch', framed(seq2seq.ctcBeamSearch), { vocabularySize: 2, beamSize: 2 }],
  [
    'prefixScorer',
    (model) => seq2seq.prefixScorer(model as seq2seq.PrefixModel),
    { vocabularySize: 2, logProbs: () => [0, 0] },
  ],
  ['replaceUnknownWords', replaceUnknown, { unknownToken: 3, sourceWords: ['a'], wordOf: String }],
];

const penalised = (name: string) => (penalty: object) =>
  searching(seq2seq.beamSearch)({ ...beam, [name]: penalty });

export const penaltyCalls: readonly OptionCall[] = [
  ['beamSearch: lengthPenalty', penalised('lengthPenalty'), { name: 'wu' }],
  ['beamSearch: coveragePenalty', penalised('coveragePenalty'), { name: 'wu' }],
];

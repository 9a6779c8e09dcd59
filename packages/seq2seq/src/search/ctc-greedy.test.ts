import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallFrames, spelled } from '../../test/ctc-frames.ts';
import { ctcGreedySearch } from './ctc-greedy.ts';

describe('ctcGreedySearch', () => {
  it('spells the most probable class of each frame, the lowest among ties', () => {
    fc.assert(
      fc.property(smallFrames, ({ vocabularySize, blank, logProbs }) => {
        const frames = Array.from({ length: logProbs.length / vocabularySize }, (_, t) => [
          ...logProbs.slice(t * vocabularySize, (t + 1) * vocabularySize),
        ]);
        const best = frames.map((frame) => frame.indexOf(Math.max(...frame)));
        const logProb = frames.reduce((sum, frame) => sum + Math.max(...frame), 0);
        const tokens = spelled(best, blank);
        expect(ctcGreedySearch([logProbs], { vocabularySize, blank })).toEqual([
          [{ tokens, logProb, score: logProb }],
        ]);
      }),
    );
  });

  it('does not read frames past a source’s length', () => {
    const frames = Float32Array.of(-2, -1, -1, -2, Number.NaN, Number.NaN);
    const lists = ctcGreedySearch([frames, frames], { vocabularySize: 2, lengths: [1, 0] });
    expect(lists).toEqual([
      [{ tokens: [1], logProb: -1, score: -1 }],
      [{ tokens: [], logProb: 0, score: 0 }],
    ]);
  });

  it('throws for numbers that are not log-probabilities', () => {
    const frames = Float32Array.of(0, Number.POSITIVE_INFINITY);
    expect(() => ctcGreedySearch([frames], { vocabularySize: 2 })).toThrow(
      'ctcGreedySearch: logProbs[0] is Infinity for class 1 of frame 0; expected log-probabilities',
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { enumerated, smallFrames } from '../../test/ctc-frames.ts';
import { ctcBeamSearch } from './ctc-prefix-beam.ts';

const logsOf = (...probabilities: number[]) => Float32Array.from(probabilities, Math.log);
const everything = { beamSize: 1000, nBest: 1000 };
const text = (tokens: readonly number[]) => tokens.join(' ');

describe('ctcBeamSearch', () => {
  it('finds every sequence with its exact log-probability when the beam holds all prefixes', () => {
    fc.assert(
      fc.property(smallFrames, (small) => {
        const { vocabularySize, blank, logProbs } = small;
        const [found] = ctcBeamSearch([logProbs], { ...everything, vocabularySize, blank });
        const expected = enumerated(small);
        expect(found!.length).toBe(expected.size);
        for (const { tokens, logProb, score } of found!) {
          expect(logProb).toBeCloseTo(Math.log(expected.get(text(tokens))!), 9);
          expect(score).toBe(logProb);
        }
        const scores = found!.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
      }),
      { numRuns: 300 },
    );
  });

  it('ranks by a language model and the number of tokens, as enumeration does', () => {
    const scorer = (prefix: readonly number[], token: number) =>
      token === 3 ? Number.NEGATIVE_INFINITY : Math.sin(7 * (prefix.at(-1) ?? -1) + token) - 2;
    fc.assert(
      fc.property(smallFrames, (small) => {
        const { vocabularySize, blank, logProbs } = small;
        const options = { ...everything, vocabularySize, blank, scorer, scorerWeight: 0.7 };
        const [found] = ctcBeamSearch([logProbs], { ...options, insertionBonus: 0.4 });
        const expected = [...enumerated(small)].filter(([tokens]) => !tokens.includes('3'));
        expect(found!.length).toBe(expected.length);
        for (const [tokens, probability] of expected) {
          const listed = tokens === '' ? [] : tokens.split(' ').map(Number);
          const said = listed.reduce((sum, token, i) => sum + scorer(listed.slice(0, i), token), 0);
          const score = Math.log(probability) + 0.7 * said + 0.4 * listed.length;
          expect(found!.find((each) => text(each.tokens) === tokens)!.score).toBeCloseTo(score, 9);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('never counts more than all alignments with a small beam, and keeps at most beamSize prefixes', () => {
    fc.assert(
      fc.property(smallFrames, fc.integer({ min: 1, max: 3 }), (small, beamSize) => {
        const { vocabularySize, blank, logProbs } = small;
        const [found] = ctcBeamSearch([logProbs], { vocabularySize, blank, beamSize, nBest: beamSize });
        const expected = enumerated(small);
        expect(found!.length).toBeLessThanOrEqual(beamSize);
        expect(new Set(found!.map(({ tokens }) => text(tokens))).size).toBe(found!.length);
        for (const { tokens, logProb } of found!) {
          expect(logProb).toBeLessThanOrEqual(Math.log(expected.get(text(tokens))!) + 1e-9);
        }
      }),
    );
  });

  it('adds up alignments where the best path is another sequence', () => {
    const frames = logsOf(0.6, 0.4, 0.6, 0.4);
    const [found] = ctcBeamSearch([frames], { vocabularySize: 2, beamSize: 2, nBest: 2 });
    const [best, second] = found!;
    expect(best).toMatchObject({ tokens: [1], logProb: expect.closeTo(Math.log(0.64), 6) });
    expect(second).toMatchObject({ tokens: [], logProb: expect.closeTo(Math.log(0.36), 6) });
  });

  it('takes a token twice only with a blank between', () => {
    const sure = (...tokens: number[]) =>
      Float32Array.from(tokens.flatMap((token) => [0, 1, 2].map((v) => (v === token ? 0 : -Infinity))));
    const best = (frames: Float32Array) =>
      ctcBeamSearch([frames], { vocabularySize: 3, beamSize: 5, nBest: 5 })[0]!;
    expect(best(sure(1, 1, 0, 1, 2))).toEqual([{ tokens: [1, 1, 2], logProb: 0, score: 0 }]);
    expect(best(sure(1, 1, 1, 2, 2))).toEqual([{ tokens: [1, 2], logProb: 0, score: 0 }]);
  });

  it('gives ties to the shorter prefix, then to the lower token, whatever the beam size', () => {
    const frames = logsOf(1 / 4, 1 / 4, 1 / 4, 1 / 4);
    const tokens = [1, 2, 4].map((beamSize) =>
      ctcBeamSearch([frames], { vocabularySize: 4, blank: 2, beamSize, nBest: beamSize })[0]!.map(
        (each) => each.tokens,
      ),
    );
    expect(tokens).toEqual([[[]], [[], [0]], [[], [0], [1], [3]]]);
  });

  it('gives no hypothesis when nothing has a probability, and the empty one for no frames', () => {
    const none = Float32Array.of(-Infinity, -Infinity);
    const options = { vocabularySize: 2, beamSize: 3 };
    expect(ctcBeamSearch([none, new Float32Array(0)], options)).toEqual([
      [],
      [{ tokens: [], logProb: 0, score: 0 }],
    ]);
    expect(ctcBeamSearch([], options)).toEqual([]);
  });

  it('reads the frames up to each source’s length', () => {
    const frames = logsOf(0.1, 0.9, 0.9, 0.1, 0.5, 0.5);
    const options = { vocabularySize: 2, beamSize: 4, nBest: 4 };
    const [short, whole] = ctcBeamSearch([frames, frames], { ...options, lengths: [2, 3] });
    expect(short).toEqual(ctcBeamSearch([frames.slice(0, 4)], options)[0]);
    expect(whole).toEqual(ctcBeamSearch([frames], options)[0]);
  });

  it('asks the scorer once for each prefix and token, and never for the blank', () => {
    const asked: string[] = [];
    const scorer = (prefix: readonly number[], token: number) => {
      asked.push(text([...prefix, token]));
      return -1;
    };
    const frames = logsOf(0.2, 0.3, 0.5, 0.3, 0.3, 0.4, 0.5, 0.3, 0.2);
    ctcBeamSearch([frames], { vocabularySize: 3, blank: 2, beamSize: 20, scorer });
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.some((tokens) => tokens.includes('2'))).toBe(false);
    asked.length = 0;
    ctcBeamSearch([frames], { vocabularySize: 3, blank: 2, beamSize: 20, scorer, scorerWeight: 0 });
    expect(asked).toEqual([]);
  });

  it('names what is wrong in its errors', () => {
    const frames = logsOf(0.5, 0.5);
    const least = { vocabularySize: 2, beamSize: 2 };
    const wrong = (logProbs: unknown, options: object) => () =>
      ctcBeamSearch(logProbs as Float32Array[], options as typeof least);
    expect(wrong(frames, least)).toThrow(
      'expected an array of Float32Arrays, [T · vocabularySize] for each source',
    );
    expect(wrong([logsOf(0.5, 0.5, 1)], least)).toThrow(
      'ctcBeamSearch: logProbs[0] has 3 numbers; expected a multiple of vocabularySize, 2',
    );
    expect(wrong([frames, Float32Array.of(-1, -1, -1, NaN)], least)).toThrow(
      'ctcBeamSearch: logProbs[1] is NaN for class 1 of frame 1; expected log-probabilities',
    );
    expect(wrong([frames], { ...least, blank: 2 })).toThrow(
      'ctcBeamSearch: blank is 2; expected a class in 0…1',
    );
    expect(wrong([frames], { ...least, lengths: [2] })).toThrow(
      'ctcBeamSearch: lengths[0] is 2; expected a whole number in 0…1',
    );
    expect(wrong([frames], { ...least, lengths: [1, 1] })).toThrow(
      'ctcBeamSearch: lengths has 2 numbers; expected one for each of the 1 sources',
    );
    expect(wrong([frames], { ...least, nBest: 3 })).toThrow(
      'ctcBeamSearch: nBest is 3; expected a whole number from 1 to beamSize, 2',
    );
    expect(wrong([frames], { ...least, scorer: () => NaN })).toThrow(
      'ctcBeamSearch: scorer gave NaN for token 1 after []; expected a log-probability',
    );
  });
});

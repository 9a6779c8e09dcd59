import { ArgumentError } from '@unroll/backend/errors';
import { describe, expect, it } from 'vitest';
import { replaceUnknownWords } from './unknown-words.ts';

const UNKNOWN = 3;
const words = ['<pad>', '<end>', 'saw', '<unk>', 'Ms'];
const wordOf = (token: number) => words[token]!;
const hypothesis = {
  tokens: [4, UNKNOWN, 2, UNKNOWN],
  attention: [
    [1, 0, 0, 0],
    [0.2, 0.7, 0.1, 0],
    [0, 0, 1, 0],
    [0.1, 0, 0.3, 0.6],
    [0, 0, 0, 1],
  ].map((weights) => Float32Array.from(weights)),
};

describe('replaceUnknownWords', () => {
  it('replaces each unknown token by the source word with the most attention', () => {
    const sourceWords = ['Frau', 'Krapp', 'sah', 'Pünktchen'];
    const options = { unknownToken: UNKNOWN, sourceWords, wordOf };
    expect(replaceUnknownWords(hypothesis, options)).toEqual(['Ms', 'Krapp', 'saw', 'Pünktchen']);
  });

  it('ignores steps without a word, and leaves a token unknown when it has no word', () => {
    const options = { unknownToken: UNKNOWN, wordOf };
    const three = { ...options, sourceWords: ['Frau', 'Krapp', 'sah'] };
    expect(replaceUnknownWords(hypothesis, three)).toEqual(['Ms', 'Krapp', 'saw', 'sah']);
    const none = { ...options, sourceWords: [] };
    expect(replaceUnknownWords(hypothesis, none)).toEqual(['Ms', '<unk>', 'saw', '<unk>']);
  });

  it('throws for a search without attention', () => {
    const replace = () =>
      replaceUnknownWords({ tokens: [2] }, { unknownToken: UNKNOWN, sourceWords: ['sah'], wordOf });
    expect(replace).toThrow(ArgumentError);
    expect(replace).toThrow(
      'replaceUnknownWords: hypothesis has no attention; expected one of a search with attention: true',
    );
  });
});

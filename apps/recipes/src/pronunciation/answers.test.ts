import { describe, expect, it } from 'vitest';
import { unpronounceable, wordsIn } from './answers.ts';

describe('words of a line', () => {
  it.each([
    ['hello', ['hello']],
    ['  Two words\t', ['two', 'words']],
    ['Café, well-known; it’s “quoted” (so)!', ['cafe', 'well', 'known', "it's", 'quoted', 'so']],
    ["'twas dogs'", ["'twas", "dogs'"]],
    ['', []],
    [' – … ', []],
    ['b2b 🙂', ['b2b', '🙂']],
  ])('of %j are %j', (line, words) => {
    expect(wordsIn(line)).toEqual(words);
  });
});

describe('text that cannot be pronounced', () => {
  it.each([
    ['b2b', "only words of the letters a to z and apostrophes are known, not '2'"],
    ['🙂', "only words of the letters a to z and apostrophes are known, not '🙂'"],
    ['привет', "only words of the letters a to z and apostrophes are known, not 'п', 'р', 'и', 'в', 'е'"],
    ["'", 'it has no letters'],
    ['x'.repeat(10_000), 'it has 10,000 letters; words of at most 40 are known'],
  ])('is told of %j', (word, reason) => {
    expect(unpronounceable(word)).toBe(reason);
  });

  it('does not include anything that is spelled like a word', () => {
    for (const word of ['a', "it's", 'supercalifragilisticexpialidocious']) {
      expect(unpronounceable(word)).toBeUndefined();
    }
  });
});

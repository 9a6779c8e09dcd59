import { expect, it } from 'vitest';
import { alignLetters } from './align-letters.ts';
import { lettersInContext } from './letters-in-context.ts';

const spoken = (text: string) =>
  text.split(', ').map((entry) => {
    const [word, ...phonemes] = entry.split(' ');
    return { letters: [...word!], phonemes };
  });

/** Every beginning with every vowel and every end: `fat F AE T`, `fack F AE K`, `fax F AE K S` */
const learnt = [...'bdfgmp'].flatMap((first) =>
  Object.entries({ a: 'AE', e: 'EH', o: 'AA' }).flatMap(([vowel, sound]) =>
    Object.entries({ t: 'T', ck: 'K', x: 'K S' }).flatMap(([end, sounds]) =>
      spoken(`${first}${vowel}${end} ${first.toUpperCase()} ${sound} ${sounds}`),
    ),
  ),
);

it('finds which letters are silent and which stand for two phonemes', () => {
  const aligned = new Map(alignLetters(learnt).map(({ letters, chunks }) => [letters.join(''), chunks]));
  expect(aligned.get('bat')).toEqual(['B', 'AE', 'T']);
  expect(aligned.get('fox')).toEqual(['F', 'AA', 'K S']);
  const [first, vowel, ...end] = aligned.get('peck')!;
  expect([first, vowel, end.sort()]).toEqual(['P', 'EH', ['', 'K']]);
});

it('leaves out words with more phonemes than their letters can stand for', () => {
  expect(alignLetters(spoken('w D AH B AH L Y UW'))).toEqual([]);
});

it('pronounces letters as among the same neighbours, or among fewer of them', () => {
  const words = [...learnt, ...spoken('ice AY S, rice R AY S, nice N AY S, can K AE N, cap K AE P')];
  const [lice, fop, none] = lettersInContext(words, ['lice', 'fop', 'q']);
  expect(lice!.slice(-2)).toEqual(['AY', 'S']);
  expect(fop).toEqual(['F', 'AA', 'P']);
  expect(none).toEqual([]);
});

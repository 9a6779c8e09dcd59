import { bytesSource } from '@unroll/data';
import { expect, it } from 'vitest';
import { itWithData } from '../../test/data-folder.ts';
import { loadMulti30k, readParallel } from './multi30k.ts';

it('pairs the lines of two files, which must have as many', async () => {
  const de = bytesSource('Ein Hund.\nZwei Katzen. \n', 'de');
  expect(await readParallel(de, bytesSource('A dog.\nTwo cats.\n', 'en'))).toEqual([
    { de: 'Ein Hund.', en: 'A dog.' },
    { de: 'Zwei Katzen.', en: 'Two cats.' },
  ]);
  await expect(readParallel(de, bytesSource('A dog.', 'en'))).rejects.toThrow('de has 2 lines; en has 1');
});

itWithData(
  'has 29,000 descriptions to learn from, 1,014 for validation, 1,000 for the test',
  async (folder) => {
    const { train, validation, test } = await loadMulti30k(folder);
    expect([train.length, validation.length, test.length]).toEqual([29_000, 1014, 1000]);
    expect(train[0]).toEqual({
      de: 'Zwei junge weiße Männer sind im Freien in der Nähe vieler Büsche.',
      en: 'Two young, White males are outside near many bushes.',
    });
    expect([...train, ...validation, ...test].every(({ de, en }) => de !== '' && en !== '')).toBe(true);
  },
);

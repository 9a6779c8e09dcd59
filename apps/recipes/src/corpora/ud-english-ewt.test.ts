import { bytesSource } from '@unroll/data';
import { expect, it } from 'vitest';
import { itWithData } from '../../test/data-folder.ts';
import { loadUdEnglishEwt, readUniversalTags } from './ud-english-ewt.ts';

it('reads words with their universal tags', async () => {
  const rows = [
    '1-2\tdon’t\t_\t_\t_\t_\t_\t_\t_\t_',
    '1\tdo\tdo\tAUX\tVB\t_\t0\troot\t_\t_',
    '2\tn’t\tnot\tPART\tRB\t_\t1\tadvmod\t_\t_',
    '',
    '1\tHi\thi\t_\tUH\t_\t0\troot\t_\t_',
    '',
  ];
  expect(await readUniversalTags(bytesSource(rows.join('\n')))).toEqual([
    [
      { word: 'do', tag: 'AUX' },
      { word: 'n’t', tag: 'PART' },
    ],
    [{ word: 'Hi', tag: 'X' }],
  ]);
});

itWithData('has 2,001 sentences to learn from and 2,077 for the test, with 17 tags', async (folder) => {
  const { train, test } = await loadUdEnglishEwt(folder);
  expect([train.length, test.length]).toEqual([2001, 2077]);
  expect([train.flat().length, test.flat().length]).toEqual([25_147, 25_094]);
  expect(new Set([...train, ...test].flat().map(({ tag }) => tag)).size).toBe(17);
});

it('says where it looked for a missing file, and where that comes from', async () => {
  await expect(loadUdEnglishEwt(import.meta.dirname)).rejects.toThrow(
    /en_ewt-ud-dev\.conllu; looked for .*corpora.* It comes from https:\/\/raw\.githubusercontent\.com\//,
  );
});

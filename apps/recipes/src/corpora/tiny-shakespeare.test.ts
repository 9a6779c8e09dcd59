import { expect, it } from 'vitest';
import { itWithData } from '../../test/data-folder.ts';
import { loadTinyShakespeare, splitText } from './tiny-shakespeare.ts';

it('holds out the last tenth of a text', () => {
  expect(splitText('To be, or not to be.')).toEqual({ train: 'To be, or not to b', test: 'e.' });
});

itWithData('has 1,003,854 characters to learn from and 111,540 for the test', async (folder) => {
  const { train, test } = await loadTinyShakespeare(folder);
  expect([train.length, test.length]).toEqual([1_003_854, 111_540]);
  expect(new Set(train).size).toBe(65);
  expect([...new Set(test)].filter((character) => !train.includes(character))).toEqual([]);
});

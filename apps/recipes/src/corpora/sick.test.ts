import { bytesSource } from '@unroll/data';
import { expect, it } from 'vitest';
import { itWithData } from '../../test/data-folder.ts';
import { ENTAILMENTS, loadSick, readSick } from './sick.ts';

it('reads pairs of sentences, with either line end', async () => {
  const text =
    'pair_ID\tsentence_A\tsentence_B\trelatedness_score\tentailment_judgment\n' +
    '4\tA man sits\tNo man sits\t3.6\tCONTRADICTION\r\n' +
    '24\tA "dog" runs\tAn animal runs\t4.4\tENTAILMENT\r\n';
  expect(await readSick(bytesSource(text))).toEqual([
    { premise: 'A man sits', hypothesis: 'No man sits', label: 2, relatedness: 3.6 },
    { premise: 'A "dog" runs', hypothesis: 'An animal runs', label: 0, relatedness: 4.4 },
  ]);
});

itWithData('has 4,500 pairs to learn from, 500 for trial, 4,927 for the test', async (folder) => {
  const { train, trial, test } = await loadSick(folder);
  expect([train.length, trial.length, test.length]).toEqual([4500, 500, 4927]);
  const counts = [...ENTAILMENTS.keys()].map((kind) => test.filter(({ label }) => label === kind).length);
  expect(counts).toEqual([1414, 2793, 720]);
});

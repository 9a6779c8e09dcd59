import { expect, it } from 'vitest';
import { RecipeRun } from './recipe-run.ts';

const begin = (options: object) =>
  RecipeRun.begin(
    'cooking',
    { minutes: { short: 1, full: 2 }, trainingOptions: ['corpus', 'plain'] },
    { seed: 3, backend: 'portable', ...options },
  );

it('has a folder of its own for each value of the options on which the training depends', async () => {
  const folderOf = async (options: object) => (await begin(options)).folder;
  expect(await folderOf({})).toBe('runs/cooking');
  expect(await folderOf({ corpus: 'soups', nBest: 3 })).toBe('runs/cooking-soups');
  expect(await folderOf({ corpus: 'soups', plain: true, full: true })).toBe('runs/cooking-soups-plain-full');
  expect(await folderOf({ corpus: 'soups', seeds: 2 })).toBe('runs/cooking-soups-seed-3');
  expect(await folderOf({ checkpoints: 'here', corpus: 'soups' })).toBe('here');
});

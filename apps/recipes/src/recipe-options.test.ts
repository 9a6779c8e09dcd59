import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commonOptions } from './recipe-options.ts';
import { recipes } from './recipes.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replaceAll('`', '');

const dataOption = (name: string) =>
  commonOptions(name, recipes[name]!.corpora).find(({ long }) => long === '--data');

it('has --data only for recipes whose corpora have files', () => {
  const without = Object.keys(recipes).filter((name) => !dataOption(name));
  expect(without).toEqual(['pronunciation', 'names', 'sentiment', 'spam']);
});

it('says in the help of --data and in the README which files a folder has', () => {
  for (const [name, { corpora }] of Object.entries(recipes)) {
    for (const { files = '' } of corpora) {
      expect(dataOption(name)?.description ?? '').toContain(files);
      expect(readme).toContain(files);
    }
  }
});

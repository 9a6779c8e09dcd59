import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryFiles, root } from './repository-files.ts';

const LINES = 300;

const linesOf = (file: string) => readFileSync(join(root, file), 'utf8').split('\n').length - 1;

it(`a source file has at most ${LINES} lines, because a longer one contains a second concept`, () => {
  const longer = repositoryFiles().filter(
    (file) => /\.(ts|mjs|cjs|py|proto)$/.test(file) && linesOf(file) > LINES,
  );
  expect(longer).toEqual([]);
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { subfolder } from './subfolder.ts';

it('finds the first folder of several, otherwise returns the folder itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'subfolder-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'digits', 'recordings'), { recursive: true });
  await writeFile(join(folder, 'recordings'), 'a file');
  const paths = ['recordings', 'digits/recordings', 'digits'];
  expect(await subfolder(folder, paths)).toBe(join(folder, 'digits', 'recordings'));
  expect(await subfolder(folder, ['recordings'])).toBe(folder);
});

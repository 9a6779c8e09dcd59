import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CorpusOptions, corpus } from './corpus.ts';

const text = 'line 0\nline 1\n';
const url = 'https://example.org/corpus.txt';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unroll-corpus-'));
});
afterEach(() => rm(folder, { recursive: true }));

function fromFolder(file: object = {}, options: CorpusOptions = {}) {
  const sha256 = createHash('sha256').update(text).digest('hex');
  const offline: typeof fetch = () => Promise.reject(new Error('offline'));
  return corpus(
    { name: 'lines', licence: 'CC0', files: [{ url, sha256, ...file }] },
    { folder, fetch: offline, ...options },
  );
}

it.each([
  [join(tmpdir(), 'no such folder'), 'which does not exist'],
  ['/dev/null', 'no file and no folder'],
  [fileURLToPath(import.meta.url), 'a file'],
])('does not come from %s, %s', async (wrong, kind) => {
  const said = `corpus: folder is '${wrong}', ${kind}; expected a folder that has corpus.txt`;
  await expect(fromFolder({}, { folder: wrong })).rejects.toThrow(said);
});

it('comes from a folder without a network; a missing file is an error that names the paths', async () => {
  const paths = [join(folder, 'corpus.txt'), join(folder, 'lines', 'corpus.txt')] as const;
  await expect(fromFolder()).rejects.toThrow(
    `corpus: folder has no corpus.txt; looked for ${paths.join(' and ')}. It comes from ${url}`,
  );
  await mkdir(join(folder, 'lines'));
  for (const path of paths.toReversed()) {
    await writeFile(path, text);
    const [file] = (await fromFolder()).files;
    expect(file?.name).toBe(path);
  }
});

it('has its checksum and its size, unless they need not be verified', async () => {
  const path = join(folder, 'corpus.txt');
  await writeFile(path, 'changed');
  await expect(fromFolder()).rejects.toThrow(`${path}: its SHA-256 is`);
  await expect(fromFolder({ size: 5 })).rejects.toThrow(`${path}: it has 7 bytes; expected 5`);
  const [file] = (await fromFolder({}, { verify: false })).files;
  expect(await readFile(file!.name, 'utf8')).toBe('changed');
});

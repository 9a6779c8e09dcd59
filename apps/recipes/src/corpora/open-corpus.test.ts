import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMOJI_PICTURES, loadEmojiPictures } from './emoji-pictures.ts';
import { FASHION_MNIST, loadFashionMnist } from './fashion-mnist.ts';
import { loadMulti30k, MULTI30K } from './multi30k.ts';
import { openCorpus } from './open-corpus.ts';
import { loadSick, SICK } from './sick.ts';
import { loadSpokenDigits, SPOKEN_DIGITS } from './spoken-digits.ts';
import { loadSunspots, SUNSPOTS } from './sunspots.ts';
import { loadTinyShakespeare, TINY_SHAKESPEARE } from './tiny-shakespeare.ts';
import { loadUdEnglishEwt, UD_ENGLISH_EWT } from './ud-english-ewt.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-corpus-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A corpus of an empty file */
const empty = {
  name: 'digits',
  licence: 'CC0',
  files: [
    {
      url: 'https://example.org/recordings/0.wav',
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    },
  ],
};

it.each(['', 'digits', 'recordings', 'fsdd/recordings'])(
  'finds files in the subfolder "%s"',
  async (place) => {
    const data = await mkdtemp(join(folder, 'data-'));
    await mkdir(join(data, place), { recursive: true });
    // The name of a place may be that of a file, too.
    if (place === 'digits') await writeFile(join(data, 'recordings'), '');
    await writeFile(join(data, place, '0.wav'), '');
    const { files } = await openCorpus(empty, data, ['recordings', 'fsdd/recordings']);
    expect(files[0]!.name).toBe(join(data, place, '0.wav'));
  },
);

it('says that a folder does not exist, or is a file', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const [data, kind] of [
    ['nosuch', 'which does not exist'],
    [join(file, 'data'), 'which does not exist'],
    [file, 'a file'],
  ] as const) {
    await expect(openCorpus(empty, data)).rejects.toThrow(
      `corpus: folder is '${data}', ${kind}; expected a folder that has 0.wav`,
    );
  }
  await expect(openCorpus(empty, '')).rejects.toThrow("folder is ''; expected a string that is not empty");
});

describe('each corpus', () => {
  it.each([
    [EMOJI_PICTURES, loadEmojiPictures],
    [FASHION_MNIST, loadFashionMnist],
    [MULTI30K, loadMulti30k],
    [SICK, loadSick],
    [SPOKEN_DIGITS, loadSpokenDigits],
    [SUNSPOTS, loadSunspots],
    [TINY_SHAKESPEARE, loadTinyShakespeare],
    [UD_ENGLISH_EWT, loadUdEnglishEwt],
  ])('names its files and their places: $name', async ({ files }, load) => {
    const data = await mkdtemp(join(folder, 'empty-'));
    const refused = await load(data).then(String, String);
    const [, file, looked] = /corpus: folder has no (\S+); looked for (.*)\. It comes from https:/.exec(
      refused,
    )!;
    expect(files).toContain(file);
    const paths = looked!.split(/, | and /);
    expect(paths[0]).toBe(join(data, file!));
    for (const path of paths.slice(1)) {
      const place = path.slice(data.length + 1, -file!.length - 1);
      for (const part of place.split('/')) expect(files).toContain(part);
    }
  });
});

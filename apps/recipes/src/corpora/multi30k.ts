import { FormatError } from '@unroll/backend/errors';
import { gunzipped, lines, type Source, toArray } from '@unroll/data';
import type { CorpusFacts } from './corpus-facts.ts';
import { openCorpus } from './open-corpus.ts';

const REPOSITORY = 'multi30k/dataset';

export const MULTI30K: CorpusFacts = {
  name: 'Multi30k, task 1: descriptions of photographs in German and English',
  licence: 'CC BY-NC-SA, for research',
  source: `https://github.com/${REPOSITORY}`,
  files: 'train.de.gz, val.de.gz, test_2016_flickr.de.gz, and the same in .en.gz, directly or in multi30k',
};

export type Language = 'de' | 'en';

/** A description in both languages */
export type ParallelText = Readonly<Record<Language, string>>;

export interface Multi30kCorpus {
  readonly train: readonly ParallelText[];
  readonly validation: readonly ParallelText[];
  /** The test of 2016 */
  readonly test: readonly ParallelText[];
}

const FILES = Object.entries({
  'train.de.gz': [637_044, '726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6'],
  'train.en.gz': [568_929, 'd79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f'],
  'val.de.gz': [24_681, 'f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a'],
  'val.en.gz': [21_650, '14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28'],
  'test_2016_flickr.de.gz': [22_890, '9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8'],
  'test_2016_flickr.en.gz': [21_077, '611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9'],
} as const).map(([name, [size, sha256]]) => ({
  url: `https://raw.githubusercontent.com/${REPOSITORY}/a3d2e0d26b56f3846f66a952536ffed4e401d05a/data/task1/raw/${name}`,
  size,
  sha256,
}));

/**
 * Pairs the lines of two files.
 *
 * @throws FormatError when one file has more lines
 */
export async function readParallel(de: Source, en: Source): Promise<ParallelText[]> {
  const [german, english] = [await toArray(lines(de)), await toArray(lines(en))];
  if (german.length !== english.length)
    throw new FormatError(`${de.name} has ${german.length} lines; ${en.name} has ${english.length}`);
  return german.map((text, i) => ({ de: text.trim(), en: english[i]!.trim() }));
}

/** 31,014 descriptions in German and English (Elliott et al. 2016), with the official parts. */
export async function loadMulti30k(folder?: string): Promise<Multi30kCorpus> {
  const opened = await openCorpus({ name: 'multi30k', licence: MULTI30K.licence, files: FILES }, folder);
  const pairs = (part: string) =>
    readParallel(gunzipped(opened.file(`${part}.de.gz`)), gunzipped(opened.file(`${part}.en.gz`)));
  return {
    train: await pairs('train'),
    validation: await pairs('val'),
    test: await pairs('test_2016_flickr'),
  };
}

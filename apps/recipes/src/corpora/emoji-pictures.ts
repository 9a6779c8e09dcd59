import { type CorpusDescription, splitByHash, toArray } from '@unroll/data';
import { type Image, readPng } from '@unroll/data/images';
import { bytesOf } from './bytes-of.ts';
import { readChecksums } from './checksums.ts';
import type { CorpusFacts } from './corpus-facts.ts';
import { openCorpus } from './open-corpus.ts';
import type { TrainAndTest } from './train-and-test.ts';

const REPOSITORY = 'bonusly/gemojione';
const HELD_OUT = 0.1;

export const EMOJI_PICTURES: CorpusFacts = {
  name: 'emoji with their names (EmojiOne, gemojione 3.3.0)',
  licence: 'CC BY-SA 4.0',
  source: `https://github.com/${REPOSITORY}`,
  files:
    "config/index.json and assets/png/*.png, directly or in gemojione, as Debian's ruby-gemojione has them",
};

const at = (path: string) => `https://raw.githubusercontent.com/${REPOSITORY}/v3.3.0/${path}`;

const NAMES = {
  url: at('config/index.json'),
  sha256: 'f5a5bea20b35c1ba0827e2809cc38b9918f5d8b066c987794ecf4cd86025ceeb',
  size: 655_022,
};

export interface EmojiPicture {
  /** The words of the name in lower case: `man`, `dancing`, `tone`, `2` */
  readonly caption: readonly string[];
  /** `[64, 64, 4]` */
  readonly image: Image;
}

/** An entry of the list of names. */
interface Entry {
  readonly name: string;
  /** The name of the picture without `.png` */
  readonly unicode: string;
}

/** Reads the name of each picture's file and its caption from the list of names. */
export function readCaptions(json: string): Map<string, readonly string[]> {
  const entries = Object.values(JSON.parse(json) as Record<string, Entry>);
  return new Map(
    entries.map(({ unicode, name }) => [`${unicode}.png`, name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []]),
  );
}

/** 1,794 pictures of 64×64 pixels with their names. The folder may be that of Debian's package ruby-gemojione. */
export async function loadEmojiPictures(folder?: string): Promise<EmojiPicture[]> {
  const { licence } = EMOJI_PICTURES;
  const open = (files: CorpusDescription['files'], place: string) =>
    openCorpus({ name: 'gemojione', licence, files }, folder, [place, `gemojione/${place}`]);
  const list = await open([NAMES], 'config');
  const captions = readCaptions(String(await bytesOf(list.files[0]!)));
  const sums = [...(await readChecksums('gemojione'))];
  const files = sums.map(([name, sha256]) => ({ url: at(`assets/png/${name}`), sha256 }));
  const { files: sources } = await open(files, 'assets/png');
  const pictures: EmojiPicture[] = [];
  for (const [i, source] of sources.entries()) {
    const [name] = sums[i]!;
    const image = readPng(await bytesOf(source), { name, channels: 4 });
    pictures.push({ caption: captions.get(name)!, image });
  }
  return pictures;
}

/** Holds out a tenth of the emoji. All skin tones of an emoji are in the same part. The seed determines the tenth. */
export async function splitEmoji(
  pictures: readonly EmojiPicture[],
  seed: number,
): Promise<TrainAndTest<EmojiPicture>> {
  const parts = await splitByHash(
    pictures,
    ({ caption }) => caption.join(' ').replace(/ tone \d$/, ''),
    { train: 1 - HELD_OUT, test: HELD_OUT },
    { salt: String(seed) },
  );
  return { train: await toArray(parts.train), test: await toArray(parts.test) };
}

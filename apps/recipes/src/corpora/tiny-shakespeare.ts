import { bytesOf } from './bytes-of.ts';
import type { CorpusFacts } from './corpus-facts.ts';
import { openCorpus } from './open-corpus.ts';

export const TINY_SHAKESPEARE: CorpusFacts = {
  name: 'tiny-shakespeare, parts of plays',
  licence: 'public domain',
  source: 'https://github.com/karpathy/char-rnn',
  files: 'input.txt, directly or in tiny-shakespeare',
};

const TRAIN = 0.9;

const FILE = {
  url: 'https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt',
  sha256: '86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed',
  size: 1_115_394,
};

export interface SplitText {
  readonly train: string;
  readonly test: string;
}

/** The first 90 % of the characters are for training, the rest is for the test. */
export function splitText(text: string): SplitText {
  const size = Math.trunc(text.length * TRAIN);
  return { train: text.slice(0, size), test: text.slice(size) };
}

/** 1,115,394 characters of Shakespeare (Karpathy 2015), of 65 kinds. */
export async function loadTinyShakespeare(folder?: string): Promise<SplitText> {
  const { licence } = TINY_SHAKESPEARE;
  const { files } = await openCorpus({ name: 'tiny-shakespeare', licence, files: [FILE] }, folder);
  return splitText(String(await bytesOf(files[0]!)));
}

import { readFileSync } from 'node:fs';
import { buildTextCodec, characters, splitByLists, type TextCodec, toArray, whitespace } from '@unroll/data';
import { type DictionaryWord, loadCmudict } from '../corpora/cmudict.ts';

export interface PronunciationCorpus {
  readonly train: readonly DictionaryWord[];
  readonly validation: readonly DictionaryWord[];
  readonly test: readonly DictionaryWord[];
}

/** Words of letters and apostrophes: not `a42128`, `addis-ababa` or `a.` */
export const isSpelled = (word: string): boolean => /^[a-z']*[a-z][a-z']*$/.test(word);

/** The words of a part of the split, from its file. All other words are for training. */
export function wordsOf(part: 'validation' | 'test'): string[] {
  const file = new URL(`../../splits/cmudict-${part}.txt`, import.meta.url);
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

/** The dictionary in the published split. All pronunciations of a word are in the same part. */
export async function loadCorpus(): Promise<PronunciationCorpus> {
  const words = loadCmudict().filter(({ word }) => isSpelled(word));
  const lists = { validation: wordsOf('validation'), test: wordsOf('test') };
  const { train, validation, test } = await splitByLists(words, ({ word }) => word, lists, {
    rest: 'train',
  });
  return { train: await toArray(train), validation: await toArray(validation), test: await toArray(test) };
}

/** Converts letters and phonemes to ids. */
export interface PronunciationCodecs {
  readonly letters: TextCodec;
  /** Phonemes separated by spaces; it encodes with start and end tokens */
  readonly phonemes: TextCodec;
}

export function codecsOf(train: readonly DictionaryWord[]): PronunciationCodecs {
  const spoken = train.flatMap(({ pronunciations }) => pronunciations.map((phonemes) => phonemes.join(' ')));
  return {
    letters: buildTextCodec(
      train.map(({ word }) => word),
      { tokenizer: characters(), specials: { pad: '<pad>' } },
    ),
    phonemes: buildTextCodec(spoken, {
      tokenizer: whitespace(),
      specials: { pad: '<pad>', bos: '<s>', eos: '</s>' },
      bos: true,
      eos: true,
    }),
  };
}

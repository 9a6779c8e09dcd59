import { conllu, type Source } from '@unroll/data';
import type { CorpusFacts } from './corpus-facts.ts';
import { openCorpus } from './open-corpus.ts';
import type { TaggedSentence } from './tagged-sentence.ts';
import type { TrainAndTest } from './train-and-test.ts';

const REPOSITORY = 'UniversalDependencies/UD_English-EWT';

export const UD_ENGLISH_EWT: CorpusFacts = {
  name: 'Universal Dependencies, English Web Treebank 2.16: dev to learn from, test',
  licence: 'CC BY-SA 4.0',
  source: `https://github.com/${REPOSITORY}`,
  files: 'en_ewt-ud-dev.conllu and en_ewt-ud-test.conllu, directly or in ud-english-ewt',
};

const at = (name: string) => `https://raw.githubusercontent.com/${REPOSITORY}/r2.16/${name}`;

const FILES = [
  {
    url: at('en_ewt-ud-dev.conllu'),
    sha256: '531a54ff90d6ab12201c5a50c3e78e6ddac4de69abc4bce5d275d3cd29efe2b6',
    size: 1_805_545,
  },
  {
    url: at('en_ewt-ud-test.conllu'),
    sha256: 'e266e515a0a7547657ed3d90d9ba46487d6bd251f27ad4269d4e8a427c8555cd',
    size: 1_804_515,
  },
];

/** Reads the words of each sentence with their universal tags. */
export async function readUniversalTags(source: Source): Promise<TaggedSentence[]> {
  const sentences: TaggedSentence[] = [];
  for await (const { tokens } of conllu(source))
    sentences.push(tokens.map(({ form, upos }) => ({ word: form, tag: upos ?? 'X' })));
  return sentences;
}

/** The English Web Treebank with universal tags. The small part dev is for training. */
export async function loadUdEnglishEwt(folder?: string): Promise<TrainAndTest<TaggedSentence>> {
  const description = { name: 'ud-english-ewt', licence: UD_ENGLISH_EWT.licence, files: FILES };
  const [dev, test] = (await openCorpus(description, folder)).files as [Source, Source];
  return { train: await readUniversalTags(dev), test: await readUniversalTags(test) };
}

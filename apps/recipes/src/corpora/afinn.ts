import { createRequire } from 'node:module';
import type { CorpusFacts } from './corpus-facts.ts';

export const AFINN: CorpusFacts = {
  name: 'AFINN-165, a lexicon of sentiment (Nielsen 2011)',
  licence: 'MIT, as the package has it',
  source: 'npm sentiment@5.0.2',
};

/** The sentiment of English words, from −5 to 5: `awful` has −3, `outstanding` 5. It has no neutral words. */
export function loadAfinn(): ReadonlyMap<string, number> {
  const require = createRequire(import.meta.url);
  const labels = require('sentiment/languages/en/labels.json') as Readonly<Record<string, number>>;
  return new Map(Object.entries(labels));
}

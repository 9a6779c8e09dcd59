import { splitByRatio, toArray } from '@unroll/data';
import { loadNameLists, type NameLists } from '../corpora/first-names.ts';
import type { LabelledName } from '../corpora/labelled-name.ts';

const HELD_OUT = 0.15;

export interface NameCorpus extends NameLists {
  readonly train: readonly LabelledName[];
  readonly heldOut: readonly LabelledName[];
}

/** The names, of which a part is held out. The seed determines the part. */
export async function loadCorpus(seed: number): Promise<NameCorpus> {
  const lists = loadNameLists();
  const parts = splitByRatio(lists.labelled, { heldOut: HELD_OUT, train: 1 - HELD_OUT }, { seed });
  return { ...lists, train: await toArray(parts.train), heldOut: await toArray(parts.heldOut) };
}

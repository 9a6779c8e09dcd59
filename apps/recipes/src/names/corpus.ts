import { buildTextCodec, characters, splitByRatio, type TextCodec, toArray } from '@unroll/data';
import { type LabelledName, loadNameLists, type NameLists } from '../corpora/first-names.ts';

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

/** Characters as ids: 0 is padding, and 1 stands for every unknown character. */
export function codecOf(names: readonly LabelledName[]): TextCodec {
  return buildTextCodec(
    names.map(({ name }) => name),
    { tokenizer: characters(), specials: { pad: '<pad>', unk: '<unk>' } },
  );
}

import { buildTextCodec, characters, type TextCodec } from '@unroll/data';
import type { LabelledName } from './name-lists.ts';

/** Characters by number: 0 is padding, and 1 stands for every character that none of the names has. */
export function nameCodec(names: readonly LabelledName[]): TextCodec {
  return buildTextCodec(
    names.map(({ name }) => name),
    { tokenizer: characters(), specials: { pad: '<pad>', unk: '<unk>' } },
  );
}

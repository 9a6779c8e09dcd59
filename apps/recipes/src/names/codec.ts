import { buildTextCodec, characters, type TextCodec } from '@unroll/data';
import type { LabelledName } from '../corpora/labelled-name.ts';

/** Characters as ids: 0 is padding, and 1 stands for every unknown character. */
export function codecOf(names: readonly LabelledName[]): TextCodec {
  return buildTextCodec(
    names.map(({ name }) => name),
    { tokenizer: characters(), specials: { pad: '<pad>', unk: '<unk>' } },
  );
}

import { buildVocabulary, characters, TextCodec } from '@unroll/data';
import type { LabelledName } from './name-lists.ts';

/** Characters by number: 0 is padding, and 1 stands for every character that none of the names has. */
export function nameCodec(names: readonly LabelledName[]): TextCodec {
  const tokenizer = characters();
  const specials = { pad: '<pad>', unk: '<unk>' };
  const vocabulary = buildVocabulary(
    names.map(({ name }) => tokenizer.tokenize(name)),
    { specials },
  );
  return new TextCodec({ tokenizer, vocabulary });
}

import { dispose } from '@tensorflow/tfjs-core';
import { padded } from '@unroll/data';
import type { Seq2Seq } from '@unroll/seq2seq';
import { inOrderOfLength } from '../in-order-of-length.ts';
import type { TranslationCodecs } from './codecs.ts';

/** Number of texts that are translated in one search */
const AT_ONCE = 100;
/** The greatest number of tokens of a translation for each of its source */
const LENGTH_RATIO = 2.5;

/** The translation of each text: by a greedy search, or with a `beamSize` above 1 by a beam search. */
export async function translate(
  model: Seq2Seq,
  { source, target }: TranslationCodecs,
  texts: readonly string[],
  beamSize: number,
): Promise<string[]> {
  const rows = texts.map((text) => source.encode(text));
  const found = await inOrderOfLength(rows, AT_ONCE, (some) => {
    const { values, lengths } = padded({ batchFirst: true })(some);
    const options = { sourceLengths: lengths, maxLengthRatio: LENGTH_RATIO, maxLength: 200 };
    return (
      beamSize === 1
        ? model.greedySearch(values, options)
        : model.beamSearch(values, {
            ...options,
            beamSize,
            lengthPenalty: { name: 'wu', alpha: 1 },
            earlyStopping: false,
          })
    ).finally(() => dispose(values));
  });
  return found.map(([best]) => target.decode([...best!.tokens]));
}

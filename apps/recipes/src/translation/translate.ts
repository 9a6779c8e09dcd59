import { dispose } from '@tensorflow/tfjs-core';
import { padded } from '@unroll/data';
import type { Seq2Seq } from '@unroll/seq2seq';
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
  const translations = new Array<string>(texts.length);
  const rows = texts.map((text) => source.encode(text));
  // Texts of similar length together need less padding.
  const byLength = [...rows.keys()].sort((a, b) => rows[a]!.length - rows[b]!.length);
  for (let first = 0; first < rows.length; first += AT_ONCE) {
    const places = byLength.slice(first, first + AT_ONCE);
    const { values, lengths } = padded({ batchFirst: true })(places.map((place) => rows[place]!));
    const options = { sourceLengths: lengths, maxLengthRatio: LENGTH_RATIO, maxLength: 200 };
    const found = await (beamSize === 1
      ? model.greedySearch(values, options)
      : model.beamSearch(values, {
          ...options,
          beamSize,
          lengthPenalty: { name: 'wu', alpha: 1 },
          earlyStopping: false,
        })
    ).finally(() => dispose(values));
    for (const [i, place] of places.entries()) translations[place] = target.decode([...found[i]![0]!.tokens]);
  }
  return translations;
}

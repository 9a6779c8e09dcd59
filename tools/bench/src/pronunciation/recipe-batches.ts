import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { batches } from '@unroll/data';
import {
  type PronunciationCodecs,
  type PronunciationCorpus,
  SHORT,
  wordOrder,
  wordPairs,
} from '@unroll-apps/recipes/pronunciation';

/** Writes the sizes of the recipe's short model, and the batches of some epochs of its training, one line each. */
export async function writeBatches(
  file: string,
  { train }: PronunciationCorpus,
  codecs: PronunciationCodecs,
  { seed, epochs }: { seed: number; epochs: number },
): Promise<void> {
  const out = createWriteStream(file);
  const write = async (value: unknown) => {
    if (!out.write(`${JSON.stringify(value)}\n`)) await once(out, 'drain');
  };
  const { letters, phonemes } = codecs;
  await write({ ...SHORT, letters: letters.size, phonemes: phonemes.size });
  const pairs = wordPairs(train, codecs, SHORT.allPronunciations);
  const training = batches(pairs, wordOrder({ batchSize: SHORT.batchSize, seed }));
  for (let epoch = 0; epoch < epochs; epoch++) {
    for await (const batch of training) {
      await write({
        letters: batch.map((pair) => pair.letters),
        phonemes: batch.map((pair) => pair.phonemes),
      });
    }
  }
  out.end();
  await once(out, 'finish');
}

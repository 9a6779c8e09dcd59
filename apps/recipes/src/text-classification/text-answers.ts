import { dispose } from '@tensorflow/tfjs-core';
import { padded, type TextCodec } from '@unroll/data';
import type { SequenceClassifier } from '@unroll/models';
import { answersTogether } from '../answers-together.ts';
import { percent, printable } from '../terminal/words.ts';

/** The greatest number of characters of a text that an answer repeats */
const SHOWN = 60;

/** A line for each text: its most probable class. */
export function textAnswers(
  model: SequenceClassifier,
  codec: TextCodec,
  classes: readonly string[],
  lines: readonly string[],
): Promise<string[][]> {
  const read = (text: string) => ({ text, words: codec.encode(text) });
  return answersTogether(lines, read, async (asked) => {
    const { values, lengths } = padded({ batchFirst: true })(asked.map(({ words }) => words));
    const found = await model.predict(values, { lengths }).finally(() => dispose(values));
    return asked.map(({ text }, i) => {
      const { label, probability } = found[i]!;
      return `${shortened(text)}: ${classes[label]} (${percent(probability)})`;
    });
  });
}

function shortened(text: string): string {
  const characters = [...printable(text)];
  return characters.length > SHOWN ? `${characters.slice(0, SHOWN).join('')}…` : characters.join('');
}

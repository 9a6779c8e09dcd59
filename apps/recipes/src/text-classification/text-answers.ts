import { dispose } from '@tensorflow/tfjs-core';
import { padded, type TextCodec } from '@unroll/data';
import type { SequenceClassifier } from '@unroll/models';
import { percent, printable } from '../terminal/words.ts';

/** The greatest number of characters of a text that an answer repeats */
const SHOWN = 60;

/** A line for each text: its most probable class. */
export async function textAnswers(
  model: SequenceClassifier,
  codec: TextCodec,
  classes: readonly string[],
  lines: readonly string[],
): Promise<string[][]> {
  const asked = lines.map((line) => ({ text: line.trim(), words: codec.encode(line.trim()) }));
  const readable = asked.filter(({ words }) => words.length > 0);
  if (readable.length === 0) return asked.map(() => []);
  const { values, lengths } = padded({ batchFirst: true })(readable.map(({ words }) => words));
  const found = await model.predict(values, { lengths }).finally(() => dispose(values));
  const byText = new Map(readable.map((each, i) => [each, found[i]!]));
  return asked.map((each) => {
    const answer = byText.get(each);
    if (!answer) return [];
    const text = [...printable(each.text)];
    const shown = text.length > SHOWN ? `${text.slice(0, SHOWN).join('')}…` : text.join('');
    return [`  ${shown}: ${classes[answer.label]} (${percent(answer.probability)})`];
  });
}

import type { Codec } from '@unroll/data';
import { normalise } from '../corpora/first-names.ts';
import { CLASSES } from '../corpora/labelled-name.ts';
import { percent, printable } from '../terminal/words.ts';

/** Computes each name's class probabilities from the ids of its characters. */
type Classify = (names: readonly (readonly number[])[]) => Promise<readonly (readonly number[])[]>;

/** The greatest number of characters in a name. */
const MOST_CHARACTERS = 40;

/** A line for each name. A name that is in both lists gets no prediction. */
export async function nameAnswers(
  classify: Classify,
  codec: Codec,
  ambiguous: ReadonlySet<string>,
  lines: readonly string[],
): Promise<string[][]> {
  const names = lines.map((line) => normalise(line.trim()));
  const asked = [...new Set(names)].filter((name) => unanswerable(name) === undefined);
  const found = asked.length === 0 ? [] : await classify(asked.map((name) => codec.encode(name)));
  const byName = new Map(asked.map((name, i) => [name, found[i]!]));
  return lines.map((line, i) => {
    const [shown, name] = [line.trim(), names[i]!];
    if (shown === '') return [];
    const probabilities = byName.get(name);
    if (!probabilities)
      return [`  ${[...printable(shown)].slice(0, MOST_CHARACTERS).join('')}: ${unanswerable(name)}`];
    const best = probabilities.indexOf(Math.max(...probabilities));
    const both = ambiguous.has(name) ? ', though it is in both lists' : '';
    return [`  ${printable(shown)}: ${CLASSES[best]} (${percent(probabilities[best]!)}${both})`];
  });
}

function unanswerable(name: string): string | undefined {
  if (!/\p{Letter}/u.test(name)) return 'that has no letters; try a first name';
  if (name.length <= MOST_CHARACTERS) return undefined;
  return `that has ${name.length.toLocaleString('en')} characters; a name has at most ${MOST_CHARACTERS}`;
}

import { type AlignedWord, alignLetters, type Chunk, type SpokenWord } from './align-letters.ts';
import { mostFrequent } from './most-frequent.ts';

/** Numbers of neighbouring letters on either side, the greatest first */
const WINDOWS = [3, 2, 1, 0];

/**
 * Pronounces words letter by letter. Each letter gets its most frequent pronunciation among the same neighbours: three
 * letters on either side, or two, one or none when a larger context was not learnt. It is a memory of examples with
 * shrinking contexts, as in Daelemans and van den Bosch (1996).
 *
 * @returns the phonemes of each of `asked`
 */
export function lettersInContext(learnt: readonly SpokenWord[], asked: readonly string[]): string[][] {
  const contexts = asked.map((word) => {
    const letters = [...word];
    return letters.map((_, place) => WINDOWS.map((size) => windowAt(letters, place, size)));
  });
  const commonest = commonestChunks(alignLetters(learnt), new Set(contexts.flat(2)));
  return contexts.map((letters) =>
    letters.flatMap((windows) => {
      const known = windows.find((window) => commonest.has(window));
      return known === undefined ? [] : commonest.get(known)!.split(' ').filter(Boolean);
    }),
  );
}

/** A marked letter with its neighbours. # stands for positions beyond the word's ends: `#c[a]t#` */
function windowAt(letters: readonly string[], place: number, size: number): string {
  let text = '';
  for (let i = place - size; i <= place + size; i++) {
    const letter = letters[i] ?? '#';
    text += i === place ? `[${letter}]` : letter;
  }
  return text;
}

/** The most frequent chunk of the letter in each wanted window. */
function commonestChunks(
  words: readonly AlignedWord[],
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, Chunk> {
  const counts = new Map<string, Map<Chunk, number>>();
  for (const { letters, chunks } of words) {
    for (const [place, chunk] of chunks.entries()) {
      for (const size of WINDOWS) {
        const window = windowAt(letters, place, size);
        if (!wanted.has(window)) continue;
        const ofWindow = counts.get(window) ?? new Map<Chunk, number>();
        ofWindow.set(chunk, (ofWindow.get(chunk) ?? 0) + 1);
        counts.set(window, ofWindow);
      }
    }
  }
  return new Map([...counts].map(([window, ofWindow]) => [window, mostFrequent(ofWindow)]));
}

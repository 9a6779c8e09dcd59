import { normalizer } from '@unroll/data';
import { percent, printable } from '../terminal/words.ts';
import type { Pronouncer, Pronunciation } from './model.ts';

/** The dictionary's longest word has 34 letters. The model knows nothing about longer words. */
const MOST_LETTERS = 40;

const normalise = normalizer({ lowercase: true, stripAccents: true });

/**
 * The words of a line in the dictionary's spelling: `Café, well-known; it’s` becomes `cafe`, `well`, `known`, `it's`.
 */
export const wordsIn = (line: string): string[] =>
  normalise(line)
    .replace(/[’ʼ]/gu, "'")
    .split(/[\s\p{Dash}]+/u)
    .map((word) => word.replace(/^[^\p{L}\p{N}\p{S}']+|[^\p{L}\p{N}\p{S}']+$/gu, ''))
    .filter((word) => word !== '');

/** The reason why a word cannot be pronounced; undefined when it can be. */
export function unpronounceable(word: string): string | undefined {
  const strange = [...new Set(word)].filter((character) => !/[a-z']/.test(character));
  if (strange.length > 0) {
    const some = strange.slice(0, 5).map((character) => `'${printable(character)}'`);
    return `only words of the letters a to z and apostrophes are known, not ${some.join(', ')}`;
  }
  if (!/[a-z]/.test(word)) return 'it has no letters';
  if (word.length > MOST_LETTERS) {
    return `it has ${word.length.toLocaleString('en')} letters; words of at most ${MOST_LETTERS} are known`;
  }
  return undefined;
}

/** The answers for lines of words, all from one search. */
export async function pronunciationAnswers(
  model: Pronouncer,
  lines: readonly string[],
  { beamSize, nBest }: { beamSize: number; nBest: number },
): Promise<string[][]> {
  const asked = lines.map(wordsIn);
  const words = [...new Set(asked.flat())].filter((word) => unpronounceable(word) === undefined);
  const found = await model.pronounce(words, { beamSize: Math.max(beamSize, nBest), nBest });
  const byWord = new Map(words.map((word, i) => [word, found[i]!]));
  return asked.map((ofLine) => ofLine.flatMap((word) => answerOf(word, byWord.get(word))));
}

/** A line for each pronunciation: `  read: R EH1 D  -0.709 (49.2 %)` */
function answerOf(word: string, pronunciations: readonly Pronunciation[] | undefined): string[] {
  if (!pronunciations) return [`  ${shortened(word)}: ${unpronounceable(word)}`];
  return pronunciations.map(({ phonemes, logProb }, rank) => {
    const head = rank === 0 ? `${word}:` : ' '.repeat(word.length + 1);
    const score = `${logProb.toFixed(3)} (${percent(Math.exp(logProb))})`;
    return `  ${head} ${phonemes.join(' ') || '(silence)'}  ${score}`;
  });
}

/** A word for display; a long word is cut at its end */
const shortened = (text: string): string => {
  const word = printable(text);
  return word.length > MOST_LETTERS ? `${[...word].slice(0, MOST_LETTERS - 20).join('')}…` : word;
};

import { words } from '@unroll/data';
import { bleu } from '@unroll/train/metrics';
import type { Comparison } from '../comparison.ts';

/** Translations of the same texts, by whose they are */
type Said = Readonly<Record<string, readonly string[]>>;

const format = (score: number): string => score.toFixed(2);

/** BLEU of the texts themselves */
export function detokenized(said: Said, references: readonly string[]): Comparison {
  const scored = Object.entries(said).map(([name, texts]) => [name, bleu(texts, references)] as const);
  return {
    title: `BLEU of the test sentences, as texts (${scored[0]![1].signature})`,
    format,
    figures: Object.fromEntries(scored.map(([name, { score }]) => [name, score])),
  };
}

/** BLEU of tokens in lower case, as the tasks on multimodal translation counted it */
export function tokenized(said: Said, references: readonly string[]): Comparison {
  const { tokenize } = words();
  const tokens = (text: string) => tokenize(text.toLowerCase()).join(' ');
  const expected = references.map(tokens);
  const scored = Object.entries(said).map(
    ([name, texts]) => [name, bleu(texts.map(tokens), expected, { tokenize: 'none' })] as const,
  );
  return {
    title: `BLEU of the test sentences, tokens in lower case (${scored[0]![1].signature})`,
    format,
    figures: Object.fromEntries(scored.map(([name, { score }]) => [name, score])),
  };
}

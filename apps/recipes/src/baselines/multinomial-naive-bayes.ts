import { countLabels } from './majority-class.ts';

export interface LabelledWords {
  readonly words: readonly string[];
  readonly label: number;
}

/**
 * Multinomial naive Bayes on bags of words, with add-one smoothing: `argmax_c log P(c) + Σ_w log P(w | c)`, where
 * `P(w | c) = (count of w in c + 1) / (words in c + size of the vocabulary)`. Unknown words are ignored.
 *
 * @returns a function from words to a class
 * @see https://nlp.stanford.edu/IR-book/html/htmledition/naive-bayes-text-classification-1.html
 */
export function multinomialNaiveBayes(
  train: readonly LabelledWords[],
  classes: number,
): (words: readonly string[]) => number {
  const documents = countLabels(
    train.map(({ label }) => label),
    classes,
  );
  const counts = new Map<string, number[]>();
  const totals = new Array<number>(classes).fill(0);
  for (const { words, label } of train) {
    totals[label]! += words.length;
    for (const word of words) {
      const ofWord = counts.get(word) ?? new Array<number>(classes).fill(0);
      ofWord[label]!++;
      counts.set(word, ofWord);
    }
  }
  return (words) => {
    const known = words.flatMap((word) => [counts.get(word)].filter((ofWord) => ofWord !== undefined));
    const scores = totals.map((total, label) => {
      const prior = Math.log(documents[label]! / train.length);
      const likelihoods = known.map((ofWord) => Math.log((ofWord[label]! + 1) / (total + counts.size)));
      return likelihoods.reduce((a, b) => a + b, prior);
    });
    return scores.indexOf(Math.max(...scores));
  };
}

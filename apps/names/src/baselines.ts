import { CLASSES, type LabelledName } from './name-lists.ts';

/** A class for a name. */
export type Predict = (name: string) => number;

/** The class that most of the names have, whatever the name. */
export function majorityClass(train: readonly LabelledName[]): Predict {
  const counts = countLabels(train);
  const majority = counts.indexOf(Math.max(...counts));
  return () => majority;
}

/** Lengths of the endings that naive Bayes looks at. */
const ENDINGS = [1, 2, 3];

/**
 * Naive Bayes on a name's last letter, last two and last three, as if they were independent, with add-one smoothing:
 * `argmax_c log P(c) + Σ_e log P(ending_e | c)`.
 */
export function lastLettersNaiveBayes(train: readonly LabelledName[]): Predict {
  const totals = countLabels(train);
  const counts = new Map<string, number[]>();
  const kinds = ENDINGS.map(() => new Set<string>());
  for (const { name, label } of train) {
    endings(name).forEach((ending, kind) => {
      kinds[kind]!.add(ending);
      const count = counts.get(`${kind}${ending}`) ?? CLASSES.map(() => 0);
      count[label]!++;
      counts.set(`${kind}${ending}`, count);
    });
  }
  return (name) => {
    const scores = totals.map((total, label) => {
      const likelihoods = endings(name).map((ending, kind) => {
        const count = counts.get(`${kind}${ending}`)?.[label] ?? 0;
        return Math.log((count + 1) / (total + kinds[kind]!.size + 1));
      });
      return Math.log(total / train.length) + likelihoods.reduce((a, b) => a + b);
    });
    return scores.indexOf(Math.max(...scores));
  };
}

const endings = (name: string): string[] => ENDINGS.map((length) => name.slice(-length));

function countLabels(names: readonly LabelledName[]): number[] {
  const counts = CLASSES.map(() => 0);
  for (const { label } of names) counts[label]!++;
  return counts;
}

/** The fraction of names that `predict` gets right. */
export function accuracyOf(predict: Predict, names: readonly LabelledName[]): number {
  return names.filter(({ name, label }) => predict(name) === label).length / names.length;
}

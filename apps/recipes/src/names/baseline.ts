import { majorityClass } from '../baselines/majority-class.ts';
import { naiveBayes } from '../baselines/naive-bayes.ts';
import { CLASSES, type LabelledName } from '../corpora/labelled-name.ts';

/** Predicts a class for a name. */
export type Predict = (name: string) => number;

/** Predicts the most frequent class for every name. */
export function majority(train: readonly LabelledName[]): Predict {
  const label = majorityClass(
    train.map((name) => name.label),
    CLASSES.length,
  );
  return () => label;
}

/** A name's last letter, last two and last three letters */
const endings = (name: string): string[] => [1, 2, 3].map((length) => name.slice(-length));

/** Naive Bayes on the endings. */
export function lastLetters(train: readonly LabelledName[]): Predict {
  const predict = naiveBayes(
    train.map(({ name, label }) => ({ features: endings(name), label })),
    CLASSES.length,
  );
  return (name) => predict(endings(name));
}

/** The fraction of names that `predict` classifies correctly. */
export function accuracyOf(predict: Predict, names: readonly LabelledName[]): number {
  return names.filter(({ name, label }) => predict(name) === label).length / names.length;
}

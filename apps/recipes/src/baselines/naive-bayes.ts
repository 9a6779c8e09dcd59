import { countLabels } from './majority-class.ts';

/** The features of an element, each of its own kind: its last letter, its last two letters */
export type Features = readonly string[];

export interface LabelledFeatures {
  readonly features: Features;
  readonly label: number;
}

/**
 * Naive Bayes, which treats features as independent, with add-one smoothing:
 * `argmax_c log P(c) + Σ_k log P(feature_k | c)`.
 *
 * @returns a function from features to a class
 */
export function naiveBayes(
  train: readonly LabelledFeatures[],
  classes: number,
): (features: Features) => number {
  const totals = countLabels(
    train.map(({ label }) => label),
    classes,
  );
  const kinds: Map<string, number[]>[] = [];
  for (const { features, label } of train) {
    for (const [k, feature] of features.entries()) {
      kinds[k] ??= new Map();
      const counts = kinds[k].get(feature) ?? new Array<number>(classes).fill(0);
      counts[label]!++;
      kinds[k].set(feature, counts);
    }
  }
  return (features) => {
    const scores = totals.map((total, label) => {
      const likelihoods = features.map((feature, k) => {
        const count = kinds[k]!.get(feature)?.[label] ?? 0;
        return Math.log((count + 1) / (total + kinds[k]!.size + 1));
      });
      return Math.log(total / train.length) + likelihoods.reduce((a, b) => a + b);
    });
    return scores.indexOf(Math.max(...scores));
  };
}

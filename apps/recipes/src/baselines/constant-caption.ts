import { captionF1 } from '../measures/token-f1.ts';

type Caption = readonly string[];

/** The most frequent caption, the first on a tie. */
export function mostFrequentCaption(train: readonly Caption[]): Caption {
  const counts = new Map<string, { caption: Caption; count: number }>();
  for (const caption of train) {
    const key = caption.join(' ');
    counts.set(key, { caption, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].reduce((best, each) => (each.count > best.count ? each : best)).caption;
}

/**
 * The caption with the greatest mean F1 of words among all captions: their medoid. It is the best constant answer when
 * hardly any caption occurs twice.
 */
export function medoidCaption(train: readonly Caption[]): Caption {
  let [best, greatest] = [train[0]!, -1];
  for (const caption of train) {
    const sum = train.reduce((total, other) => total + captionF1(caption, other), 0);
    if (sum > greatest) [best, greatest] = [caption, sum];
  }
  return best;
}

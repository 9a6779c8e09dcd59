/**
 * What naive Bayes knows of each word: `log P(word | class 1) − log P(word | class 0)`, with add-one smoothing. 0 for words
 * that do not occur.
 *
 * @param texts ids of words, in 0…size−1
 * @see Wang and Manning, "Baselines and bigrams: simple, good sentiment and topic classification" (2012)
 */
export function logCountRatios(
  texts: readonly { readonly words: readonly number[]; readonly label: number }[],
  size: number,
): Float32Array {
  const counts = [0, 1].map(() => new Float32Array(size));
  for (const { words, label } of texts) for (const word of words) counts[label]![word]!++;
  const [none, some] = counts as [Float32Array, Float32Array];
  const [nones, somes] = counts.map((ofClass) => ofClass.reduce((a, b) => a + b) + size) as [number, number];
  return some.map((count, word) =>
    count + none[word]! > 0 ? Math.log((count + 1) / somes) - Math.log((none[word]! + 1) / nones) : 0,
  );
}

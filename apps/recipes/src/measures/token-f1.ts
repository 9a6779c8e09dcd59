/**
 * The mean over all captions of the F1 of their words: with `n` the number of words that caption and reference have in
 * common, each as often as both have it, `F1 = 2n / (words of the caption + words of the reference)`, as for answers in
 * SQuAD.
 *
 * @see https://arxiv.org/abs/1606.05250
 */
export function tokenF1(
  captions: readonly (readonly string[])[],
  references: readonly (readonly string[])[],
): number {
  const all = captions.map((caption, i) => captionF1(caption, references[i]!));
  return all.reduce((a, b) => a + b, 0) / all.length;
}

export function captionF1(caption: readonly string[], reference: readonly string[]): number {
  const rest = new Map<string, number>();
  for (const word of reference) rest.set(word, (rest.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of caption) {
    const left = rest.get(word) ?? 0;
    if (left > 0) common++;
    rest.set(word, left - 1);
  }
  return (2 * common) / (caption.length + reference.length);
}

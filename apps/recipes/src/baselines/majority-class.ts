/** The number of labels of each class. */
export function countLabels(labels: readonly number[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}

/** The most frequent label, the lowest on a tie. */
export function majorityClass(labels: readonly number[], classes: number): number {
  const counts = countLabels(labels, classes);
  return counts.indexOf(Math.max(...counts));
}

/** How many of the labels are 0, 1, …, as many as there are classes. */
export function countLabels(labels: readonly number[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]!++;
  return counts;
}

/** The label that most have, of equally many the lowest. */
export function majorityClass(labels: readonly number[], classes: number): number {
  const counts = countLabels(labels, classes);
  return counts.indexOf(Math.max(...counts));
}

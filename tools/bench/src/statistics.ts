export interface Summary {
  readonly median: number;
  /** First and third quartile */
  readonly quartiles: readonly [number, number];
  readonly runs: number;
}

/** Linear interpolation between the sorted values, as numpy's default. */
function quantile(sorted: readonly number[], fraction: number): number {
  const position = (sorted.length - 1) * fraction;
  const low = Math.floor(position);
  const high = Math.ceil(position);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (position - low);
}

export function summarise(milliseconds: readonly number[]): Summary {
  if (milliseconds.length === 0)
    throw new Error('summarise: milliseconds is empty; expected at least one time');
  const sorted = [...milliseconds].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.75)],
    runs: sorted.length,
  };
}

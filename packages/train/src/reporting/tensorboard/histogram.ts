/** Edges of a bin, and how many values lie in it. */
export type Bin = readonly [low: number, high: number, count: number];

/**
 * Values counted in bins of one width from the least to the greatest, as `numpy.histogram`: a bin has its low edge, the last one its high
 * edge too. Values that are not finite are left out; where all are equal, the bins reach half a unit to both sides.
 */
export function histogramBins(values: ArrayLike<number>, bins: number): Bin[] {
  const finite = Float64Array.from(values).filter(Number.isFinite);
  if (finite.length === 0) return [];
  let [least, greatest] = [finite[0]!, finite[0]!];
  for (const value of finite) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  if (least === greatest) [least, greatest] = [least - 0.5, greatest + 0.5];
  const spread = greatest - least;
  const counts = new Float64Array(bins);
  for (const value of finite) counts[Math.min(bins - 1, Math.floor(((value - least) / spread) * bins))]!++;
  const edge = (i: number) => (i === bins ? greatest : least + (i / bins) * spread);
  return Array.from(counts, (count, i) => [edge(i), edge(i + 1), count]);
}

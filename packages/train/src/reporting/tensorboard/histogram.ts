/** The edges of a bin, and the number of its values. */
export type Bin = readonly [low: number, high: number, count: number];

/**
 * Counts values in bins of equal width from the least to the greatest, as `numpy.histogram`. A bin includes its low
 * edge; the last bin also includes its high edge. Values that are not finite are left out. When all values are equal,
 * the bins extend half a unit to both sides, or more when doubles are too far apart for that.
 */
export function histogramBins(values: ArrayLike<number>, bins: number): Bin[] {
  const finite = Float64Array.from(values).filter(Number.isFinite);
  if (finite.length === 0) return [];
  let [least, greatest] = [finite[0]!, finite[0]!];
  for (const value of finite) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  if (least === greatest) [least, greatest] = around(least);
  // The distance between the greatest doubles overflows; a quarter of it does not.
  const scale = Number.isFinite(greatest - least) ? 1 : 0.25;
  const start = least * scale;
  const spread = greatest * scale - start;
  const counts = new Float64Array(bins);
  for (const value of finite) {
    counts[Math.min(bins - 1, Math.floor(((value * scale - start) / spread) * bins))]!++;
  }
  const edge = (i: number) => (i === bins ? greatest : (start + (i / bins) * spread) / scale);
  return Array.from(counts, (count, i) => [edge(i), edge(i + 1), count]);
}

function around(value: number): [low: number, high: number] {
  const reach = Math.max(0.5, Math.abs(value) * 2 ** -40);
  return [Math.max(value - reach, -Number.MAX_VALUE), Math.min(value + reach, Number.MAX_VALUE)];
}

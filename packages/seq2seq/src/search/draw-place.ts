/** What a distribution becomes before something is drawn from it. */
export interface Sharpening {
  /** A number over 0 that log-probabilities are divided by */
  readonly temperature: number;
  /** The most probable stay whose probability together reaches this, in (0, 1] */
  readonly topP: number;
}

/**
 * Draws a place of a list with probabilities in proportion to exp(logProb / temperature), of the most probable places whose
 * probability together reaches `topP`.
 *
 * @param logProbs at least one; they need not sum up to anything
 * @param uniform a number in [0, 1) that decides
 */
export function drawPlace(
  logProbs: Float32Array,
  { temperature, topP }: Sharpening,
  uniform: number,
): number {
  const most = logProbs.reduce((a, b) => Math.max(a, b));
  // The greatest weighs 1, also where it is −∞ and so are all others.
  const weights = Float64Array.from(logProbs, (logProb) =>
    logProb === most ? 1 : Math.exp((logProb - most) / temperature),
  );
  const places = topP < 1 ? nucleus(weights, topP) : Array.from(weights.keys());
  // Where rounding leaves a rest behind the last place, the last that can be drawn is.
  const possible = places.filter((place) => weights[place]! > 0);
  let left = uniform * sumAt(weights, possible);
  const chosen = possible.find((place) => {
    left -= weights[place]!;
    return left < 0;
  });
  return chosen ?? possible.at(-1)!;
}

const sumAt = (weights: Float64Array, places: readonly number[]): number =>
  places.reduce((sum, place) => sum + weights[place]!, 0);

/** The fewest places whose weights reach a part of the sum: the greatest, of equal ones the first. */
function nucleus(weights: Float64Array, part: number): number[] {
  const places = Array.from(weights.keys());
  const total = sumAt(weights, places);
  // Weights under this come to less than what may be left out, all together, and need not be sorted.
  const least = ((1 - part) * total) / weights.length;
  const sorted = places
    .filter((place) => weights[place]! >= least)
    .sort((a, b) => weights[b]! - weights[a]! || a - b);
  let reached = 0;
  const count = sorted.findIndex((place) => {
    reached += weights[place]!;
    return reached >= part * total;
  });
  return count < 0 ? sorted : sorted.slice(0, count + 1);
}

/** Changes of a distribution before a place is drawn from it. */
export interface Sharpening {
  /** A number over 0; log-probabilities are divided by it */
  readonly temperature: number;
  /** A number in (0, 1]. Only the most probable places whose probabilities together reach it are kept. */
  readonly topP: number;
}

/**
 * Draws a place of a list with probabilities proportional to exp(logProb / temperature), among the most probable places
 * whose probabilities together reach `topP`.
 *
 * @param logProbs at least one; they need not be normalised
 * @param uniform the random number in [0, 1) that decides
 */
export function drawPlace(
  logProbs: Float32Array,
  { temperature, topP }: Sharpening,
  uniform: number,
): number {
  const weights = weightsOf(logProbs, temperature);
  const places = topP < 1 ? nucleus(weights, topP) : undefined;
  const kept = places ? Float64Array.from(places, (place) => weights[place]!) : weights;
  const drawn = drawnOf(kept, uniform * sum(kept));
  return places ? places[drawn]! : drawn;
}

/**
 * exp(logProb / temperature), scaled so that the greatest weight is 1. When all log-probabilities are −∞, all weights
 * are 1.
 */
function weightsOf(logProbs: Float32Array, temperature: number): Float64Array {
  const most = greatest(logProbs);
  const weights = new Float64Array(logProbs.length);
  for (let place = 0; place < weights.length; place++) {
    const logProb = logProbs[place]!;
    weights[place] = logProb === most ? 1 : Math.exp((logProb - most) / temperature);
  }
  return weights;
}

/**
 * The place at which the running sum of the weights first exceeds a mark. When rounding leaves the sum below the mark,
 * the last place whose weight is not 0.
 */
function drawnOf(weights: Float64Array, mark: number): number {
  let reached = 0;
  let last = 0;
  for (let place = 0; place < weights.length; place++) {
    if (weights[place] === 0) continue;
    reached += weights[place]!;
    if (reached > mark) return place;
    last = place;
  }
  return last;
}

/**
 * The fewest places whose weights together reach a part of the sum: the greatest weights first, the first place among
 * ties.
 */
function nucleus(weights: Float64Array, part: number): number[] {
  const total = sum(weights);
  // All weights below `least` together are smaller than the part that may be left out, so they need not be sorted.
  const least = ((1 - part) * total) / weights.length;
  const places: number[] = [];
  for (let place = 0; place < weights.length; place++) {
    if (weights[place]! >= least) places.push(place);
  }
  places.sort((a, b) => weights[b]! - weights[a]! || a - b);
  let reached = 0;
  const last = places.findIndex((place) => {
    reached += weights[place]!;
    return reached >= part * total;
  });
  return last < 0 ? places : places.slice(0, last + 1);
}

function greatest(values: Float32Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]!);
  return most;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

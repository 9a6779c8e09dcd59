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
  const weights = weightsOf(logProbs, temperature);
  const places = topP < 1 ? nucleus(weights, topP) : undefined;
  const kept = places ? Float64Array.from(places, (place) => weights[place]!) : weights;
  const drawn = drawnOf(kept, uniform * sum(kept));
  return places ? places[drawn]! : drawn;
}

/** exp(logProb / temperature) in proportion to the greatest, which is 1, also where it is −∞ and so are all others. */
function weightsOf(logProbs: Float32Array, temperature: number): Float64Array {
  const most = greatest(logProbs);
  const weights = new Float64Array(logProbs.length);
  for (let place = 0; place < weights.length; place++) {
    const logProb = logProbs[place]!;
    weights[place] = logProb === most ? 1 : Math.exp((logProb - most) / temperature);
  }
  return weights;
}

/** Where the sum of the weights first exceeds a mark; where rounding puts it behind them all, the last that is not 0. */
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

/** The fewest places whose weights reach a part of the sum: the greatest, of equal ones the first. */
function nucleus(weights: Float64Array, part: number): number[] {
  const total = sum(weights);
  // Weights under this come to less than what may be left out, all together, and need not be sorted.
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

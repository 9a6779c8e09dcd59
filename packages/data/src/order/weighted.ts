import { checkOptions, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Philox } from '@unroll/backend/operations';
import { fingerprint } from '../fingerprint.ts';
import { firstOver } from '../first-over.ts';
import { isList } from '../is-list.ts';
import type { Order } from './order.ts';
import { generatorOf } from './pass.ts';

export interface WeightedOptions {
  /** The relative frequency of each element: numbers of at least 0, at least one of them over 0 */
  weights: ArrayLike<number>;
  /** Number of elements in an epoch. Default: the number of weights. */
  numSamples?: number | undefined;
  /** Whether an element may be drawn repeatedly. Default true. */
  replacement?: boolean | undefined;
  /** Default 0 */
  seed?: number | undefined;
}

const numberList = {
  expected: 'an array of numbers',
  fits: isList,
};

const kinds = {
  weights: kind.required(numberList),
  numSamples: kind.whole(1),
  replacement: kind.flag,
  seed: kind.wholeWithin(0, Number.MAX_SAFE_INTEGER),
};

/**
 * Draws elements by weight, as `torch.utils.data.WeightedRandomSampler`: for example rare classes as often as others.
 *
 * @throws when a weight is negative or not a number, all weights are 0, or more elements should be drawn without
 *   replacement than have a weight over 0
 *
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.WeightedRandomSampler
 */
export function weighted(options: WeightedOptions): Order {
  const given = checkOptions('weighted', options, kinds);
  const weights = checkedWeights(given.weights);
  const { numSamples = weights.length, replacement = true, seed = 0 } = given;
  const drawable = weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0);
  if (!replacement && numSamples > drawable) {
    throw new ArgumentError(
      'weighted',
      'numSamples',
      `is ${numSamples}; without replacement no more can be drawn than the ${drawable} that have a weight`,
    );
  }
  return {
    settings: { order: 'weighted', seed, numSamples, replacement, weights: fingerprint(weights) },
    indices(length, pass) {
      if (length !== weights.length) {
        throw new ArgumentError(
          'weighted',
          'weights',
          `are ${weights.length}; the data set has ${length} elements`,
        );
      }
      const random = generatorOf(seed, pass);
      return replacement ? drawAgain(weights, numSamples, random) : drawOnce(weights, numSamples, random);
    },
  };
}

function checkedWeights(given: ArrayLike<number>): Float64Array {
  const weights = Float64Array.from(given);
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (wrong >= 0) {
    throw new ArgumentError(
      'weighted',
      'weights',
      `has ${shown(given[wrong])} at ${wrong}; expected numbers of at least 0`,
    );
  }
  if (weights.some((weight) => weight > 0)) return weights;
  throw new ArgumentError('weighted', 'weights', 'has no weight over 0; expected at least one');
}

/** Draws with replacement, by the cumulative sums of the weights. */
function drawAgain(weights: Float64Array, count: number, random: Philox): Float64Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (const [index, weight] of weights.entries()) {
    sum += weight;
    sums[index] = sum;
  }
  return Float64Array.from({ length: count }, () => firstOver(sums, random.uniform() * sum));
}

/**
 * Draws without replacement: the elements with the greatest weight / −ln(u), for a random u each. Efraimidis and
 * Spirakis, "Weighted random sampling with a reservoir" (2006). The result has the distribution of drawing one element
 * after another.
 */
function drawOnce(weights: Float64Array, count: number, random: Philox): Float64Array {
  const keys = weights.map((weight) => weight / -Math.log((random.uint32() + 0.5) / 2 ** 32));
  const order = [...weights.keys()].sort((a, b) => keys[b]! - keys[a]! || a - b);
  return Float64Array.from(order.slice(0, count));
}

import { checkOptions, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Philox } from '@unroll/backend/operations';
import { fingerprint } from '../fingerprint.ts';
import { firstOver } from '../first-over.ts';
import { isList } from '../is-list.ts';
import type { Order } from './order.ts';
import { generatorOf } from './pass.ts';

export interface WeightedOptions {
  /** How often each element is to come, in proportion; at least 0, one over 0 */
  weights: ArrayLike<number>;
  /** Elements in an epoch. Default as many as there are weights. */
  numSamples?: number | undefined;
  /** Whether an element may come again. Default true. */
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
 * Elements drawn by weights, as `torch.utils.data.WeightedRandomSampler`: rare classes as often as others.
 *
 * @throws where a weight is negative or no number, all are 0, or more are to be drawn without replacement than have a weight
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

/** By the sums of the weights up to each element. */
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
 * The largest of −log(u)⁻¹·weight: Efraimidis and Spirakis, "Weighted random sampling with a reservoir" (2006), which draws as one
 * after the other without replacement would.
 */
function drawOnce(weights: Float64Array, count: number, random: Philox): Float64Array {
  const keys = weights.map((weight) => weight / -Math.log((random.uint32() + 0.5) / 2 ** 32));
  const order = [...weights.keys()].sort((a, b) => keys[b]! - keys[a]! || a - b);
  return Float64Array.from(order.slice(0, count));
}

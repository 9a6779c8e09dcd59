import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import type { PhiloxDropoutAttrs } from '@unroll/backend/contract';
import { Philox, words } from '@unroll/backend/operations';

/** The position of a generator, from which it can continue exactly. */
export interface RandomGeneratorState {
  readonly seed: number;
  /** The number of words of host-side random numbers that were drawn */
  readonly position: number;
  /** The number of dropout masks that were drawn */
  readonly offset: number;
}

const count = kind.required(kind.wholeWithin(0, Number.MAX_SAFE_INTEGER));

const stateKinds = { seed: count, position: count, offset: count };

/**
 * The source of random numbers for initialisers and dropout: `torch.Generator` as a counter-based generator. The same
 * seed draws the same numbers, and the same dropout masks, on every backend.
 */
export class RandomGenerator {
  #stream: Philox;
  #offset = 0;

  /** @param seed an integer in 0…2⁵³−1; absent: a random seed */
  constructor(seed: number = randomSeed()) {
    this.#stream = new Philox(seed);
  }

  /** Starts over from a seed; returns the generator. */
  manualSeed(seed: number): this {
    checkValue('manualSeed', 'seed', seed, count);
    this.#stream = new Philox(seed);
    this.#offset = 0;
    return this;
  }

  /** The seed that the generator last started from. */
  initialSeed(): number {
    return this.#stream.seed;
  }

  /** A number in [0, 1). */
  uniform(): number {
    return this.#stream.uniform();
  }

  /** A standard normal number. */
  normal(): number {
    return this.#stream.normal();
  }

  /** Key and counter of the next dropout mask. */
  nextMask(): Pick<PhiloxDropoutAttrs, 'seed' | 'offset'> {
    // The host-side stream uses offset 0.
    this.#offset++;
    return { seed: words(this.#stream.seed), offset: words(this.#offset) };
  }

  getState(): RandomGeneratorState {
    return { ...this.#stream.state, offset: this.#offset };
  }

  /** `JSON.stringify` writes a generator as its state. */
  toJSON(): RandomGeneratorState {
    return this.getState();
  }

  /** Notes the position of the generator. The returned function restores it. */
  snapshot(): () => void {
    const state = this.getState();
    return () => {
      this.setState(state);
    };
  }

  /** @throws where a value is missing or not a whole number of at least 0; the generator then keeps its position */
  setState(state: RandomGeneratorState): this {
    const { seed, position, offset } = checkOptions('RandomGenerator.setState', state, stateKinds);
    this.#stream = new Philox(seed, position);
    this.#offset = offset;
    return this;
  }
}

function randomSeed(): number {
  const [low, high] = crypto.getRandomValues(new Uint32Array(2));
  return low! + (high! & 0x1fffff) * 2 ** 32;
}

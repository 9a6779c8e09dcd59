import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import type { PhiloxDropoutAttrs } from '@unroll/backend/contract';
import { Philox, words } from '@unroll/backend/operations';

/** Where a generator stands: enough to go on from exactly there. */
export interface RandomGeneratorState {
  readonly seed: number;
  /** Words of host-side random numbers drawn */
  readonly position: number;
  /** Dropout masks drawn */
  readonly offset: number;
}

const count = kind.required(kind.wholeWithin(0, Number.MAX_SAFE_INTEGER));

const stateKinds = { seed: count, position: count, offset: count };

/**
 * The source of random numbers of initialisers and dropout: `torch.Generator` on a counter-based generator, so that the same
 * seed draws the same numbers, and the same dropout masks, on every backend.
 */
export class RandomGenerator {
  #stream: Philox;
  #offset = 0;

  /** @param seed an integer in 0…2⁵³−1; absent: a seed of chance */
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
    // Offset 0 is the host-side stream's.
    this.#offset++;
    return { seed: words(this.#stream.seed), offset: words(this.#offset) };
  }

  getState(): RandomGeneratorState {
    return { ...this.#stream.state, offset: this.#offset };
  }

  /** What `JSON.stringify` writes of a generator: its state. */
  toJSON(): RandomGeneratorState {
    return this.getState();
  }

  /** Remembers where the generator stands; the function that it returns goes back there. */
  snapshot(): () => void {
    const state = this.getState();
    return () => {
      this.setState(state);
    };
  }

  /** @throws where a value is missing or no whole number of at least 0; the generator then stays where it is */
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

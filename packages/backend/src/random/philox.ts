import { ArgumentError } from '../errors/argument-error.ts';
/** Four unsigned 32-bit words. */
export type Words4 = readonly [number, number, number, number];

/** High and low word of the 64-bit product of two unsigned 32-bit words. */
function multiplyHighLow(a: number, b: number): [number, number] {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const carried = aLow * bHigh + (middle & 0xffff);
  // `middle` can exceed 2³², so this divides: `>>>` would lose its upper bit.
  const high = aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carried / 0x10000);
  return [high >>> 0, Math.imul(a, b) >>> 0];
}

/**
 * Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 * The same key and counter give the same four words on every machine, in any order of calls.
 *
 * @param key two unsigned 32-bit words
 * @param counter four unsigned 32-bit words, lowest first
 */
export function philox4x32(key: readonly [number, number], counter: Words4): Words4 {
  let [k0, k1] = key;
  let [c0, c1, c2, c3] = counter;
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = multiplyHighLow(0xd2511f53, c0);
    const [high1, low1] = multiplyHighLow(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** The position of a `Philox` stream: enough to resume the stream exactly. */
export interface PhiloxState {
  readonly seed: number;
  /** Number of words drawn so far */
  readonly position: number;
}

/** A stream of random numbers on the host, for the weights' initial values, shuffles and sampling. */
export class Philox {
  readonly seed: number;
  #key: readonly [number, number];
  #position: number;
  #block: Words4 = [0, 0, 0, 0];

  /**
   * @param seed an integer in 0…2⁵³−1
   * @param position words to skip
   */
  constructor(seed: number, position = 0) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new ArgumentError(
        'Philox',
        'seed',
        `is ${seed}; expected an integer in 0…${Number.MAX_SAFE_INTEGER}`,
      );
    }
    if (!Number.isSafeInteger(position) || position < 0) {
      throw new ArgumentError('Philox', 'position', `is ${position}; expected an integer of at least 0`);
    }
    this.seed = seed;
    this.#key = words(seed);
    this.#position = position;
    if (position % 4 !== 0) this.#fill();
  }

  get state(): PhiloxState {
    return { seed: this.seed, position: this.#position };
  }

  /** An unsigned 32-bit word. */
  uint32(): number {
    const lane = this.#position % 4;
    if (lane === 0) this.#fill();
    this.#position++;
    return this.#block[lane]!;
  }

  /** A number in [0, 1) with 32 random bits. */
  uniform(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** A standard normal number, by the Box–Muller transform of two uniform numbers. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log((this.uint32() + 1) / 0x1_0000_0000));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  #fill(): void {
    this.#block = philox4x32(this.#key, [...words(Math.floor(this.#position / 4)), 0, 0]);
  }
}

/** Low and high 32-bit words of a non-negative safe integer. */
export function words(integer: number): [number, number] {
  return [integer % 0x1_0000_0000, Math.floor(integer / 0x1_0000_0000)];
}

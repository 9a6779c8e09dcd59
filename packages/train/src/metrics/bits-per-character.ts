import { checkValue, kind } from '@unroll/backend/checks';
import { anyNumber } from '../checks.ts';
import type { Metric } from './metric.ts';

/**
 * What a language model needs to write a character, in bits: Σ loss · tokens / (ln 2 · Σ characters). Comparable over models whose
 * tokens differ, since the characters do not.
 *
 * @example
 * const bits = new BitsPerCharacter();
 * bits.update(Math.log(2), 100, 400); // a bit a token, 4 characters a token
 * bits.compute(); // 0.25
 */
export class BitsPerCharacter implements Metric<[loss: number, tokens?: number, characters?: number]> {
  readonly higherIsBetter = false;
  #nats = 0;
  #characters = 0;

  /**
   * @param loss the mean negative log-likelihood over the batch's tokens, in nats
   * @param tokens how many they are, padding left out. Default 1.
   * @param characters how many characters they write. Default: a token is a character.
   */
  update(loss: number, tokens = 1, characters = tokens): void {
    checkValue('BitsPerCharacter.update', 'loss', loss, anyNumber);
    checkValue('BitsPerCharacter.update', 'tokens', tokens, kind.atLeast(0));
    checkValue('BitsPerCharacter.update', 'characters', characters, kind.atLeast(0));
    if (tokens > 0) this.#nats += loss * tokens;
    this.#characters += characters;
  }

  compute(): number {
    return this.#nats / (Math.LN2 * this.#characters);
  }

  reset(): void {
    this.#nats = 0;
    this.#characters = 0;
  }
}

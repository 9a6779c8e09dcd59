import { checkValue, kind } from '@unroll/backend/checks';
import { anyNumber } from '../checks.ts';
import type { Metric } from './metric.ts';

/**
 * The number of bits that a language model needs per character: Σ loss · tokens / (ln 2 · Σ characters). It is
 * comparable between models with different tokens.
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
   * @param tokens number of tokens, without padding. Default 1.
   * @param characters number of characters in these tokens. Default: one per token.
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

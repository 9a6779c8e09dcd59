import { Mean } from './mean.ts';
import type { Metric } from './metric.ts';

/**
 * exp of the mean negative log-likelihood of a token, which is the cross-entropy in nats: exp(Σ loss · tokens / Σ
 * tokens).
 *
 * @example
 * const perplexity = new Perplexity();
 * perplexity.update(Math.log(8), 20);
 * perplexity.compute(); // 8
 */
export class Perplexity implements Metric<[loss: number, tokens?: number]> {
  readonly higherIsBetter = false;
  readonly #loss = new Mean();

  /**
   * @param loss the mean over the batch's tokens, in nats
   * @param tokens number of tokens, without padding. Default 1.
   */
  update(loss: number, tokens = 1): void {
    this.#loss.update(loss, tokens);
  }

  compute(): number {
    return Math.exp(this.#loss.compute());
  }

  reset(): void {
    this.#loss.reset();
  }
}

import { tensor2d } from '@tensorflow/tfjs-core';
import type { LanguageModel } from '@unroll/models';
import { Adam, trainingStep } from '@unroll/optim';

export interface DynamicEvaluationOptions {
  /** Tokens at the beginning from which the model learns, but which are not judged: 1 + a multiple of `steps` */
  readonly context: number;
  /** Tokens from one update of the weights to the next */
  readonly steps: number;
  readonly lr: number;
}

/**
 * Dynamic evaluation: the model judges a piece of the text, then learns from it before it judges the next one. So it learns
 * the names and the manner of the play at hand, but no token before it has judged it. Krause et al., "Dynamic evaluation of
 * neural sequence models" (2018), with Adam without momentum in place of their rule.
 *
 * @param model without dropout, with `carriedRows: 1`. Its weights change.
 * @returns nats a token after the context
 */
export async function dynamicEvaluation(
  model: LanguageModel,
  tokens: readonly number[],
  { context, steps, lr }: DynamicEvaluationOptions,
): Promise<number> {
  using optimizer = new Adam(model.parameters(), { lr, betas: [0, 0.99] });
  let nats = 0;
  for (let start = 0; start < tokens.length - 1; start += steps) {
    const piece = tokens.slice(start, start + steps + 1);
    const batch = tensor2d([piece], undefined, 'int32');
    const loss = await trainingStep(optimizer, () => model.loss(batch), { clipGradNorm: 1 });
    batch.dispose();
    if (start >= context - 1) nats += loss * (piece.length - 1);
  }
  return nats / (tokens.length - context);
}

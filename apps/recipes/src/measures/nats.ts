/** The mean of −ln P of tokens: the cross-entropy in nats a token. */
export const natsOf = (logProbs: readonly number[]): number =>
  -logProbs.reduce((sum, logProb) => sum + logProb, 0) / logProbs.length;

/**
 * ln P of tokens in a mixture of two language models, (1 − weight)·P₁ + weight·P₂. A recurrent network and n-grams know
 * different things: Mikolov et al., "Recurrent neural network based language model" (2010).
 *
 * @throws when the models have judged different numbers of tokens
 */
export function interpolated(first: readonly number[], second: readonly number[], weight: number): number[] {
  if (first.length !== second.length)
    throw new Error(`interpolated: first has ${first.length} tokens, second ${second.length}`);
  return first.map((logProb, i) =>
    Math.log((1 - weight) * Math.exp(logProb) + weight * Math.exp(second[i]!)),
  );
}

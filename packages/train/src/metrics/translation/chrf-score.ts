/** Counts of the n-grams of one order. */
export interface ChrfCounts {
  /** Number of n-grams of the hypothesis, or 0 when the reference has none of this order */
  readonly hypothesis: number;
  readonly reference: number;
  /** Number of common n-grams */
  readonly matches: number;
}

/** The value of a ratio whose denominator is 0, after chrF++.py. */
const EPSILON = 1e-16;

/**
 * (1 + β²) · precision · recall / (β² · precision + recall), in 0…100. Precision and recall are means over the orders
 * that both sides have. With `epsSmoothing` it is the mean of the scores of all orders instead.
 */
export function chrfScore(
  orders: readonly ChrfCounts[],
  { beta, epsSmoothing }: { beta: number; epsSmoothing: boolean },
): number {
  if (epsSmoothing) return (100 * sum(orders.map((order) => smoothedScore(order, beta)))) / orders.length;
  const shared = orders.filter(({ hypothesis, reference }) => hypothesis > 0 && reference > 0);
  const precision = sum(shared.map(({ matches, hypothesis }) => matches / hypothesis)) / shared.length;
  const recall = sum(shared.map(({ matches, reference }) => matches / reference)) / shared.length;
  return precision + recall > 0 ? 100 * fScore(precision, recall, beta) : 0;
}

function smoothedScore({ hypothesis, reference, matches }: ChrfCounts, beta: number): number {
  const precision = hypothesis > 0 ? matches / hypothesis : EPSILON;
  const recall = reference > 0 ? matches / reference : EPSILON;
  return precision + recall > 0 ? fScore(precision, recall, beta) : EPSILON;
}

const fScore = (precision: number, recall: number, beta: number): number =>
  ((1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

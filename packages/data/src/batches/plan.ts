import type { Order } from '../order/order.ts';
import type { Pass } from '../order/pass.ts';
import { BatchFiller, type BatchLimit } from './batch-limit.ts';

export interface PlanOptions {
  readonly order: Order;
  readonly limit: BatchLimit;
  /** The length of each element, when the order or the limit needs it */
  readonly lengths: ArrayLike<number> | undefined;
  readonly dropLast: boolean;
}

/** The batches of a pass over `length` elements. Each batch is the indices of its elements. */
export function planBatches(
  length: number,
  pass: Pass,
  { order, limit, lengths, dropLast }: PlanOptions,
): readonly Float64Array[] {
  const { batchSize = 1 } = limit;
  const indices = order.indices(length, pass, lengths, dropLast ? length - (length % batchSize) : length);
  const filler = new BatchFiller(limit);
  const batches: Float64Array[] = [];
  let start = 0;
  for (const [place, index] of indices.entries()) {
    const began = filler.take(lengths?.[index] ?? 0, () => `element ${index}`);
    if (began && place > 0) {
      batches.push(indices.subarray(start, place));
      start = place;
    }
  }
  const last = indices.subarray(start);
  if (last.length > 0 && !(dropLast && last.length < limit.batchSize!)) batches.push(last);
  const sequence = order.arrange?.(batches.length, pass);
  return sequence ? Array.from(sequence, (batch) => batches[batch]!) : batches;
}

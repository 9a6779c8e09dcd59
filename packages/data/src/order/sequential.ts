import type { Order, StreamOrder } from './order.ts';

/** As they stand. */
export function sequential(): Order & StreamOrder {
  return {
    settings: { order: 'sequential' },
    indices: (length) => Float64Array.from({ length }, (_, index) => index),
    read: (stream, _, from) => stream.open(from),
  };
}

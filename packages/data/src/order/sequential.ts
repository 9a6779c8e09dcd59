import type { Order, StreamOrder } from './order.ts';

/** The given order. */
export function sequential(): Order & StreamOrder {
  return {
    settings: { order: 'sequential' },
    indices: (length) => Float64Array.from({ length }, (_, index) => index),
    read: (stream, _, from) => stream.open(from),
  };
}

export { type BucketedOptions, bucketed } from './bucketed.ts';
export type { Order, StreamOrder } from './order.ts';
export type { Pass } from './pass.ts';
export { sequential } from './sequential.ts';
export { type ShuffleBufferOptions, shuffleBuffer } from './shuffle-buffer.ts';
export { type ShuffledOptions, shuffled } from './shuffled.ts';
export { type WeightedOptions, weighted } from './weighted.ts';

export type { Batches } from './batch-iteration.ts';
export type { BatchLimit } from './batch-limit.ts';
export {
  type BatchesOptions,
  batches,
  type DatasetBatches,
  type StreamBatchesOptions,
} from './batches.ts';
export { type Collate, fields, listed, type ScalarsOptions, scalars } from './collate.ts';
export { type Padded, type PaddedOptions, padded, type Sequence } from './pad.ts';
export { type Stackable, type StackedOptions, stacked } from './stack.ts';

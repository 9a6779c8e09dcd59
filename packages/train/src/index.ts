export type { Checkpoint, CheckpointContent, CheckpointSummary } from './checkpoints/checkpoint.ts';
export { folder } from './checkpoints/folder.ts';
export { inMemory } from './checkpoints/in-memory.ts';
export type { Json } from './checkpoints/json.ts';
export { bestFirst, type KeepOptions, removeUnkept, unkept } from './checkpoints/keep.ts';
export {
  checkpointNames,
  type DamagedCheckpoint,
  type LatestCheckpoint,
  latestCheckpoint,
  summaries,
} from './checkpoints/latest-checkpoint.ts';
export type { Manifest } from './checkpoints/manifest.ts';
export { readCheckpoint, readSummary } from './checkpoints/read-checkpoint.ts';
export type { CheckpointStore } from './checkpoints/store.ts';
export { StoreError } from './checkpoints/store-error.ts';
export { writeCheckpoint } from './checkpoints/write-checkpoint.ts';
export type * from './events.ts';
export type { Reporter } from './reporting/reporter.ts';

export type { CheckpointStore } from './checkpoints/store.ts';
export type * from './events.ts';
export type { Reporter } from './reporting/reporter.ts';

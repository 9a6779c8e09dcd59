// A run's progress in a terminal or a pipe, under Node.
export { type ProgressOptions, progress } from './reporting/progress.ts';
export type { Reporter } from './reporting/reporter.ts';

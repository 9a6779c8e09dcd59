// Shows a run's progress in a terminal, a pipe, or a page's console.
export { type ProgressOptions, progress } from './reporting/progress.ts';
export type { Reporter } from './reporting/reporter.ts';

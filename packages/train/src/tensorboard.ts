// Event files that TensorBoard shows.
export type { Reporter } from './reporting/reporter.ts';

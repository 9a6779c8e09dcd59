export { tfjsCpu } from './tfjs-backend.ts';
export type { Exclusion } from './tfjs-core/exclusion.ts';
export { type TfjsCoreOptions, testTfjsCore } from './tfjs-core/test-tfjs-core.ts';

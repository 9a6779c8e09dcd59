export { type BackendTestOptions, backendChecks } from './backend-checks.ts';
export type { Check, Tolerances } from './check.ts';
export { testBackend } from './test-backend.ts';
export type { Exclusion } from './tfjs-core/exclusion.ts';
export { type TfjsCoreOptions, testTfjsCore } from './tfjs-core/test-tfjs-core.ts';

export { type BackendTestOptions, backendChecks } from './backend-checks.ts';
export type { Check, Tolerances } from './check.ts';
export { testBackend } from './test-backend.ts';
export { specsScript } from './tfjs-core/bundle-specs.ts';
export type { BackendSpecs } from './tfjs-core/collect-specs.ts';
export type { Exclusion } from './tfjs-core/exclusion.ts';
export {
  type SpecOptions,
  type TfjsCoreOptions,
  testSpecs,
  testTfjsCore,
} from './tfjs-core/test-tfjs-core.ts';

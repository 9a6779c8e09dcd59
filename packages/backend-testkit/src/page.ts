// Everything that a page needs to run the checks and the specs. The program that drives the page makes tests of them.
export { type BackendTestOptions, backendChecks } from './backend-checks.ts';
export type { Check } from './check.ts';
export { type BackendSpecs, collectSpecs } from './tfjs-core/collect-specs.ts';
export type { Outcome, Spec, SpecSources } from './tfjs-core/spec-run.ts';

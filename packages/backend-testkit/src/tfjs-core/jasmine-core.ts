/*
 * The parts of jasmine-core 3 that run specs; tfjs-core's specs are written for this framework. Its own types would
 * declare a global `describe` and `expect`, which conflict with vitest's.
 */

export interface JasmineSpec {
  readonly id: string;
  readonly description: string;
}

export interface JasmineSuite {
  readonly description: string;
  readonly children: readonly (JasmineSuite | JasmineSpec)[];
}

export interface FailedExpectation {
  readonly message: string;
  readonly stack: string;
}

export interface JasmineSpecResult {
  readonly id: string;
  readonly status: 'passed' | 'failed' | 'pending' | 'excluded';
  readonly failedExpectations: readonly FailedExpectation[];
}

export interface JasmineSuiteResult {
  readonly fullName: string;
  readonly failedExpectations: readonly FailedExpectation[];
}

export interface JasmineReporter {
  specDone(result: JasmineSpecResult): void;
  suiteDone(result: JasmineSuiteResult): void;
  jasmineDone(result: { readonly failedExpectations: readonly FailedExpectation[] }): void;
}

export interface JasmineEnv {
  configure(options: { random: boolean; failSpecWithNoExpectations: boolean }): void;
  addReporter(reporter: JasmineReporter): void;
  topSuite(): JasmineSuite;
  execute(): void;
}

interface Jasmine {
  DEFAULT_TIMEOUT_INTERVAL: number;
  getEnv(options: { suppressLoadErrors: boolean }): JasmineEnv;
}

/** The exports of the package */
export interface JasmineCore {
  core(jasmineCore: JasmineCore): Jasmine;
  interface(jasmine: Jasmine, env: JasmineEnv): Record<string, unknown>;
}

/** A new jasmine: its environment, and the globals that specs call (`describe`, `it`, `expect`, `spyOn`, …). */
export function createJasmine(
  jasmineCore: JasmineCore,
  timeout: number,
): { env: JasmineEnv; globals: Record<string, unknown> } {
  const jasmine = jasmineCore.core(jasmineCore);
  jasmine.DEFAULT_TIMEOUT_INTERVAL = timeout;
  const env = jasmine.getEnv({ suppressLoadErrors: true });
  // By default, jasmine shuffles the specs.
  env.configure({ random: false, failSpecWithNoExpectations: false });
  return { env, globals: jasmineCore.interface(jasmine, env) };
}

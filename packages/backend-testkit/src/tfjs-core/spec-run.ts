import {
  createJasmine,
  type FailedExpectation,
  type JasmineCore,
  type JasmineEnv,
  type JasmineSuite,
} from './jasmine-core.ts';

/** A backend's name and capabilities in the form of tfjs-core's `jasmine_util`. */
export interface TestEnv {
  name: string;
  backendName: string;
  isDataSync: boolean;
  flags: Readonly<Record<string, number | boolean>>;
}

/**
 * Registers the specs with the global `describe` and `it`: once for each given environment, and once for specs without
 * one.
 */
export type RegisterSpecs = (testEnvs: readonly TestEnv[]) => void;

/** The specs, and the framework for which they are written. */
export interface SpecSources {
  readonly jasmineCore: JasmineCore;
  readonly registerSpecs: RegisterSpecs;
}

/**
 * Milliseconds after which an asynchronous spec that has not ended counts as failed. Specs normally take milliseconds.
 */
const SPEC_TIMEOUT = 5 * 60_000;

export interface Spec {
  readonly id: string;
  /**
   * The descriptions of its suites and its own, joined by spaces. A second spec of the same name gets the suffix `
   * (2)`.
   */
  readonly name: string;
}

export interface Outcome {
  readonly status: 'passed' | 'failed' | 'pending';
  /** The message and stack of each failed expectation */
  readonly failures: readonly string[];
}

/** tfjs-core's specs for one backend, and their results. */
export class SpecRun {
  readonly specs: readonly Spec[];
  /** Failures of `beforeAll` and `afterAll`, which do not belong to a spec; complete when `finished` resolves. */
  readonly hookFailures: string[] = [];
  /** Resolves when every spec has run. */
  readonly finished: Promise<void>;
  readonly #env: JasmineEnv;
  readonly #outcomes = new Map<string, Promise<Outcome>>();

  private constructor(env: JasmineEnv, specs: readonly Spec[]) {
    this.#env = env;
    this.specs = specs;
    const settle = new Map<string, (outcome: Outcome) => void>();
    for (const { id } of specs) {
      this.#outcomes.set(id, new Promise((resolve) => settle.set(id, resolve)));
    }
    let finish: () => void;
    this.finished = new Promise((resolve) => {
      finish = resolve;
    });
    env.addReporter({
      specDone: ({ id, status, failedExpectations }) => {
        const known = status === 'failed' || status === 'passed' ? status : 'pending';
        settle.get(id)?.({ status: known, failures: failedExpectations.map(text) });
      },
      suiteDone: ({ fullName, failedExpectations }) => {
        this.hookFailures.push(...failedExpectations.map((failure) => `${fullName}: ${text(failure)}`));
      },
      jasmineDone: ({ failedExpectations }) => {
        this.hookFailures.push(...failedExpectations.map(text));
        finish();
      },
    });
  }

  /** Collects the specs. jasmine's globals stay in place, because specs use them while they run. */
  static collect({ jasmineCore, registerSpecs }: SpecSources, testEnv: TestEnv): SpecRun {
    const { env, globals } = createJasmine(jasmineCore, SPEC_TIMEOUT);
    Object.assign(globalThis, globals);
    registerSpecs([testEnv]);
    // describeWithFlags appends the environment to the suite's name.
    const marker = ` ${testEnv.name} ${JSON.stringify(testEnv.flags)}`;
    return new SpecRun(env, [...namedSpecs(env.topSuite(), marker)]);
  }

  start(): void {
    this.#env.execute();
  }

  outcome(spec: Spec): Promise<Outcome> {
    return this.#outcomes.get(spec.id)!;
  }
}

function* namedSpecs(top: JasmineSuite, marker: string): Generator<Spec> {
  const seen = new Map<string, number>();
  for (const { id, path } of specPaths(top, [])) {
    const name = path.join(' ').replaceAll(marker, '');
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    yield { id, name: count === 1 ? name : `${name} (${count})` };
  }
}

function* specPaths(suite: JasmineSuite, path: string[]): Generator<{ id: string; path: string[] }> {
  for (const child of suite.children) {
    const childPath = [...path, child.description];
    if ('children' in child) yield* specPaths(child, childPath);
    else yield { id: child.id, path: childPath };
  }
}

const text = ({ message, stack }: FailedExpectation): string =>
  stack?.includes(message) ? stack : `${message}\n${stack}`;

import { UnrollError } from './unroll-error.ts';

/** None of the backends given to `useBackend` can be used here. The current one is what it was. */
export class BackendUnavailableError extends UnrollError {
  override readonly name = 'BackendUnavailableError';
  /** Why each of them cannot, by its name, in the order in which they were tried */
  readonly reasons: ReadonlyMap<string, string>;

  constructor(reasons: ReadonlyMap<string, string>) {
    const lines = [...reasons].map(([name, reason]) => `\n  ${name}: ${reason}`);
    super(`useBackend: no backend can be used here.${lines.join('')}`);
    this.reasons = reasons;
  }
}

import { UnrollError } from './unroll-error.ts';

/** A backend that cannot be used here. */
export interface UnavailableBackend {
  readonly name: string;
  /** The reason, in words for the user */
  readonly reason: string;
  /** The error of its `support` or `load`; absent if `support` returned a reason */
  readonly cause?: unknown;
}

/**
 * None of the backends given to `useBackend` or `calibrate` can be used here. The current backend has not changed.
 * `cause` is the error of the last backend.
 */
export class BackendUnavailableError extends UnrollError {
  override readonly name = 'BackendUnavailableError';
  /** The backends, in the order in which they were tried */
  readonly backends: readonly UnavailableBackend[];

  constructor(backends: readonly UnavailableBackend[], owner = 'useBackend') {
    const lines = backends.map(({ name, reason }) => `\n  ${name}: ${reason}`);
    const cause = backends.findLast((backend) => 'cause' in backend)?.cause;
    super(`${owner}: no backend can be used here.${lines.join('')}`, cause === undefined ? {} : { cause });
    this.backends = backends;
  }
}

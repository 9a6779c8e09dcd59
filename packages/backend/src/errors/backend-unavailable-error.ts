import { UnrollError } from './unroll-error.ts';

/** A backend that cannot be used here. */
export interface UnavailableBackend {
  readonly name: string;
  /** Why not, in words for the person at the keyboard */
  readonly reason: string;
  /** What its `support` or `load` threw; absent where it said no itself */
  readonly cause?: unknown;
}

/** None of the backends given to `useBackend` or `calibrate` can be used here. The current one is what it was. `cause` is the last one's. */
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

import type { Outcome } from './spec-run.ts';

export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'excluded' | 'pending'; readonly reason: string };

/**
 * The meaning of a spec's outcome, given the reason for its exclusion, if any: an excluded spec that passes is a
 * failure.
 */
export function verdict({ status, failures }: Outcome, excludedBecause: string | undefined): Verdict {
  if (status === 'pending') return { kind: 'pending', reason: 'switched off in tfjs-core' };
  if (excludedBecause === undefined) {
    return status === 'passed' ? { kind: 'passed' } : { kind: 'failed', message: failures.join('\n\n') };
  }
  return status === 'failed'
    ? { kind: 'excluded', reason: excludedBecause }
    : { kind: 'failed', message: `This spec passes. Take it off the exclusions (${excludedBecause}).` };
}

/** Counts the specs of each verdict. */
export class Tally {
  readonly #counts: Record<Verdict['kind'], number> = { passed: 0, failed: 0, excluded: 0, pending: 0 };

  add({ kind }: Verdict): void {
    this.#counts[kind]++;
  }

  toString(): string {
    const { passed, failed, excluded, pending } = this.#counts;
    return `${passed} passed, ${failed} failed, ${excluded} excluded, ${pending} switched off in tfjs-core`;
  }
}

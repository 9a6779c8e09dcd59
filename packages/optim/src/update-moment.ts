import type { Scalar } from '@tensorflow/tfjs-core';
import { checkValue, kind } from '@unroll/backend/checks';
import { dependsOn, liveAttrs, liveScalar } from '@unroll/backend/operations';
import type { UpdateState } from './update-rule.ts';

/**
 * The options and the count of an update. A replay of a captured step uses its own options and count. A rule
 * therefore asks for them here, by the method that fits the use.
 */
export class UpdateMoment<Options> {
  readonly #now: () => UpdateState<Options>;

  constructor(now: () => UpdateState<Options>) {
    this.#now = now;
  }

  /**
   * A number to compute with, as a float32 scalar.
   *
   * @example const lr = now.scalar(({ options }) => options.lr);
   */
  scalar(compute: (state: UpdateState<Options>) => number): Scalar {
    return liveScalar(() => compute(this.#now()));
  }

  /**
   * A value that decides which operations the rule calls. Where the value changes, the step is captured anew.
   *
   * @param decide returns a value that JSON can hold
   *
   * @example const direction = now.decision(({ options }) => options.maximize) ? tf.neg(grad) : grad;
   */
  decision<T>(decide: (state: UpdateState<Options>) => T): T {
    const decided = () => decide(this.#now());
    dependsOn(decided);
    return decided();
  }

  /** Attributes for a kernel of your own. */
  attrs<Attrs extends object>(compute: (state: UpdateState<Options>) => Attrs): Attrs {
    return liveAttrs(() => compute(this.#now()));
  }
}

const momentKind = kind.required({
  expected: 'the moment of an update, as rules are handed it',
  fits: (value) => value instanceof UpdateMoment,
});

/** Throws unless a function for rules is handed a rule's `now`. */
export const checkMoment = (operation: string, now: unknown): void =>
  checkValue(operation, 'now', now, momentKind);

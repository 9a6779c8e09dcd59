import { checkOptions, checkValue, kind } from '@unroll/backend/checks';

/**
 * The probability with which a step reads the target's own token instead of the model's token, as a function of the
 * number of training steps done (from 0): Bengio et al., "Scheduled sampling for sequence prediction with recurrent
 * neural networks" (2015).
 *
 * @example
 * const ratio = inverseSigmoidForcing({ k: 500 });
 * model.loss(source, target, { teacherForcing: ratio(step) });
 */
export type TeacherForcingSchedule = (step: number) => number;

const stepKind = kind.required(kind.atLeast(0));

/** The same ratio at every step. */
export function constantForcing(ratio: number): TeacherForcingSchedule {
  checkValue('constantForcing', 'ratio', ratio, kind.required(kind.probability));
  return () => ratio;
}

export interface LinearForcingOptions {
  /** The ratio at step 0. Default 1. */
  from?: number | undefined;
  /** The ratio from step `steps` on. Default 0. */
  to?: number | undefined;
  /** The number of steps from `from` to `to` */
  steps: number;
}

const linearKinds = {
  from: kind.probability,
  to: kind.probability,
  steps: kind.required(kind.whole(1)),
};

/** `from + (to − from)·min(step / steps, 1)` */
export function linearForcing(options: LinearForcingOptions): TeacherForcingSchedule {
  const { from = 1, to = 0, steps } = checkOptions('linearForcing', options, linearKinds);
  return (step) => {
    checkValue('linearForcing', 'step', step, stepKind);
    return from + (to - from) * Math.min(step / steps, 1);
  };
}

export interface InverseSigmoidForcingOptions {
  /** k, at least 1. The ratio falls slowly at first, and fastest around step `k·ln k`, where it is 1/2. */
  k: number;
}

const inverseSigmoidKinds = { k: kind.required(kind.atLeast(1)) };

/** `k / (k + exp(step / k))` */
export function inverseSigmoidForcing(options: InverseSigmoidForcingOptions): TeacherForcingSchedule {
  const { k } = checkOptions('inverseSigmoidForcing', options, inverseSigmoidKinds);
  return (step) => {
    checkValue('inverseSigmoidForcing', 'step', step, stepKind);
    return k / (k + Math.exp(step / k));
  };
}

import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Json } from '../checkpoints/json.ts';
import type { TrainingEvent } from '../events.ts';
import { savedFields } from '../saved-fields.ts';
import type { Stopping } from './stopping.ts';

export interface BudgetOptions {
  hours?: number | undefined;
  minutes?: number | undefined;
  seconds?: number | undefined;
}

/** Ends a run after some time, and tells which fraction of the time is used. */
export interface Budget extends Stopping {
  /** The used fraction of the time, 0 to 1. In a resumed run it includes the time before. */
  readonly fraction: number;
}

const kinds = { hours: kind.above(0), minutes: kind.above(0), seconds: kind.above(0) };

const stateKinds = { spent: kind.atLeast(0) };

/**
 * Ends a run after some time of training and validation. A resumed run continues the count. When several units are
 * given, their sum is the budget.
 *
 * A schedule may follow the budget's `fraction`, as in the example. A schedule steps at the end of an update, before
 * that update's time is counted. Each rate is therefore one update late: the first two updates have the first rate, and
 * the last updates have a rate a little above the schedule's last.
 *
 * @example
 * const limit = budget({ minutes: 2 });
 * const scheduler = new LambdaLR(optimizer, { lrLambda: () => (1 + Math.cos(Math.PI * limit.fraction)) / 2 });
 * new Trainer({ …, stopping: limit, schedule: { scheduler, each: 'step' } });
 *
 * @throws when no unit is given
 */
export function budget(options: BudgetOptions): Budget {
  const { hours = 0, minutes = 0, seconds = 0 } = checkOptions('budget', options, kinds);
  const total = 3600 * hours + 60 * minutes + seconds;
  if (total === 0) {
    throw new ArgumentError('budget', 'seconds', undefined, {
      sentence: 'hours, minutes and seconds are left out; expected at least one of them',
    });
  }
  let spent = 0;
  return {
    get fraction(): number {
      return Math.min(spent / total, 1);
    },
    observe(event: TrainingEvent): string | undefined {
      if (event.type === 'step' || event.type === 'validation') spent += event.seconds;
      return spent >= total ? `the time is used up: ${Math.round(spent)} of ${total} s` : undefined;
    },
    state: (): Json => ({ spent }),
    load(state: Json): void {
      ({ spent } = savedFields<{ spent: number }>('budget', state, stateKinds));
    },
  };
}

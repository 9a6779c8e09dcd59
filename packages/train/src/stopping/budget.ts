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

/** What ends a run by its time, and tells how much of that is used. */
export interface Budget extends Stopping {
  /** How much of the time is used, 0 to 1: in a run that is resumed, what it used before included */
  readonly fraction: number;
}

const kinds = { hours: kind.above(0), minutes: kind.above(0), seconds: kind.above(0) };

const stateKinds = { spent: kind.atLeast(0) };

/**
 * Ends a run after so much time of training and validation, which goes on counting where a run is resumed. With several units their sum
 * counts.
 *
 * Its `fraction` makes a schedule by time, as below. A schedule takes its step at the end of an update, before that update's time is
 * counted, so that each rate is one update late: the first two updates have the first rate, and the last ones a rate a little above the
 * schedule's last.
 *
 * @example
 * const limit = budget({ minutes: 2 });
 * const scheduler = new LambdaLR(optimizer, { lrLambda: () => (1 + Math.cos(Math.PI * limit.fraction)) / 2 });
 * new Trainer({ …, stopping: limit, schedule: { scheduler, each: 'step' } });
 *
 * @throws where none is given
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

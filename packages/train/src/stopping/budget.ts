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

const kinds = { hours: kind.above(0), minutes: kind.above(0), seconds: kind.above(0) };

const stateKinds = { spent: kind.atLeast(0) };

/**
 * Ends a run after so much time of training and validation, which goes on counting where a run is resumed. With several units their sum
 * counts.
 *
 * @throws where none is given
 */
export function budget(options: BudgetOptions): Stopping {
  const { hours = 0, minutes = 0, seconds = 0 } = checkOptions('budget', options, kinds);
  const total = 3600 * hours + 60 * minutes + seconds;
  if (total === 0) {
    throw new ArgumentError('budget', 'seconds', undefined, {
      sentence: 'hours, minutes and seconds are left out; expected at least one of them',
    });
  }
  let spent = 0;
  return {
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

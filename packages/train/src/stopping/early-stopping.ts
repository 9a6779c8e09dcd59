import { checkOptions, kind } from '@unroll/backend/checks';
import type { Json } from '../checkpoints/json.ts';
import type { TrainingEvent } from '../events.ts';
import { isBetter, type Monitored, monitoredKinds, monitoredValue } from '../monitor.ts';
import { savedFields } from '../saved-fields.ts';
import type { Stopping } from './stopping.ts';

/** `value` and `mode` default to those that the run monitors. */
export interface EarlyStoppingOptions extends Monitored {
  /** The run ends after this many validations in a row without a better value. Default 3 */
  patience?: number | undefined;
  /** A value counts as better only when it improves on the best by more than this. Default 0 */
  minDelta?: number | undefined;
}

const kinds = { ...monitoredKinds, patience: kind.whole(1), minDelta: kind.atLeast(0) };

const stateKinds = {
  best: kind.either(kind.number, { expected: 'null', fits: (value) => value === null }),
  bad: kind.whole(0),
  name: kind.text,
  mode: kind.choice('min', 'max'),
};

/** The state: the best value, the number of validations since, and the monitored value and direction. */
interface Seen {
  readonly best: number | null;
  readonly bad: number;
  readonly name: string;
  readonly mode: 'min' | 'max';
}

/**
 * Ends a run that no longer improves, like Lightning's `EarlyStopping`: after `patience` validations in a row whose
 * value is not better than the best so far, or at once when the value is not finite.
 *
 * @example
 * earlyStopping({ value: 'accuracy', mode: 'max', patience: 5 })
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Stopping {
  const { value, mode, patience = 3, minDelta = 0 } = checkOptions('earlyStopping', options, kinds);
  let seen: Seen = { best: null, bad: 0, name: value ?? 'loss', mode: mode ?? 'min' };
  const why = (): string | undefined =>
    seen.bad < patience
      ? undefined
      : `${seen.name} was not better than ${seen.best} in ${patience} ${patience === 1 ? 'validation' : 'validations'}`;
  return {
    observe(event: TrainingEvent): string | undefined {
      // A run that resumes from a checkpoint may have ended at that point.
      if (event.type !== 'validation') return event.type === 'start' ? why() : undefined;
      const by = { name: value ?? event.monitored, mode: mode ?? event.mode };
      const now = monitoredValue('earlyStopping', event.values, by.name);
      if (!Number.isFinite(now)) return `${by.name} is ${now}`;
      // The state of a resumed run does not apply when it was about another value.
      const isKnown = seen.name === by.name && seen.mode === by.mode;
      const { best, bad } = isKnown ? seen : { best: null, bad: 0 };
      const better = best === null || isBetter(now, best, by.mode, minDelta);
      seen = { ...by, best: better ? now : best, bad: better ? 0 : bad + 1 };
      return why();
    },
    state: (): Json => ({ ...seen }),
    load(state: Json): void {
      seen = { ...savedFields<Seen>('earlyStopping', state, stateKinds) };
    },
  };
}

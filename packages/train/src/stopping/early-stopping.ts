import { checkOptions, kind } from '@unroll/backend/checks';
import type { Json } from '../checkpoints/json.ts';
import type { TrainingEvent } from '../events.ts';
import { isBetter, type Monitored, monitoredKinds, monitoredValue } from '../monitor.ts';
import { savedFields } from '../saved-fields.ts';
import type { Stopping } from './stopping.ts';

/** `value` and `mode` are by default those that the run's validation monitors. */
export interface EarlyStoppingOptions extends Monitored {
  /** Validations without a better value after which the run ends. Default 3 */
  patience?: number | undefined;
  /** By how much a value has to be better than the best to count. Default 0 */
  minDelta?: number | undefined;
}

const kinds = { ...monitoredKinds, patience: kind.whole(1), minDelta: kind.atLeast(0) };

const stateKinds = {
  best: kind.either(kind.number, { expected: 'null', fits: (value) => value === null }),
  bad: kind.whole(0),
  name: kind.text,
  mode: kind.choice('min', 'max'),
};

/** What it saw so far: the best value, the validations since, and which value and direction that is. */
interface Seen {
  readonly best: number | null;
  readonly bad: number;
  readonly name: string;
  readonly mode: 'min' | 'max';
}

/**
 * Ends a run that has stopped getting better, as Lightning's `EarlyStopping`: after `patience` validations in a row whose value is not
 * better than the best so far, or at once where it is not finite.
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
      // A run that goes on from a checkpoint may have come to its end there.
      if (event.type !== 'validation') return event.type === 'start' ? why() : undefined;
      const by = { name: value ?? event.monitored, mode: mode ?? event.mode };
      const now = monitoredValue('earlyStopping', event.values, by.name);
      if (!Number.isFinite(now)) return `${by.name} is ${now}`;
      // What a resumed run saw of another value says nothing about this one.
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

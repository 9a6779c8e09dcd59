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
};

/**
 * Ends a run that has stopped getting better, as Lightning's `EarlyStopping`: after `patience` validations in a row whose value is not
 * better than the best so far, or at once where it is not finite.
 *
 * @example
 * earlyStopping({ value: 'accuracy', mode: 'max', patience: 5 })
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Stopping {
  const { value: given, mode, patience = 3, minDelta = 0 } = checkOptions('earlyStopping', options, kinds);
  let name = given ?? 'loss';
  let best: number | null = null;
  let bad = 0;
  const why = (): string | undefined =>
    bad < patience
      ? undefined
      : `${name} was not better than ${best} in ${patience} ${patience === 1 ? 'validation' : 'validations'}`;
  return {
    observe(event: TrainingEvent): string | undefined {
      // A run that goes on from a checkpoint may have come to its end there.
      if (event.type !== 'validation') return event.type === 'start' ? why() : undefined;
      name = given ?? event.monitored;
      const value = monitoredValue('earlyStopping', event.values, name);
      if (!Number.isFinite(value)) return `${name} is ${value}`;
      const better = best === null || isBetter(value, best, mode ?? event.mode, minDelta);
      if (better) best = value;
      bad = better ? 0 : bad + 1;
      return why();
    },
    state: (): Json => ({ best, bad }),
    load(state: Json): void {
      ({ best, bad } = savedFields<{ best: number | null; bad: number }>('earlyStopping', state, stateKinds));
    },
  };
}

import { kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** The value of a validation that ranks the weights. */
export interface Monitored {
  /** Its name: `loss`, or a metric's. Default `loss` */
  value?: string | undefined;
  /** Whether the least or the greatest value is the best. Default `min` */
  mode?: 'min' | 'max' | undefined;
}

export const monitoredKinds = { value: kind.text, mode: kind.choice('min', 'max') };

/** Whether a value is better than another by more than `minDelta`. NaN is never better. */
export function isBetter(value: number, than: number, mode: 'min' | 'max' = 'min', minDelta = 0): boolean {
  return mode === 'min' ? value < than - minDelta : value > than + minDelta;
}

/** The monitored value among a validation's values. */
export function monitoredValue(
  owner: string,
  values: Readonly<Record<string, number>>,
  name = 'loss',
): number {
  if (Object.hasOwn(values, name)) return values[name]!;
  throw new ArgumentError(
    owner,
    'value',
    `is '${name}'; the validation gives ${Object.keys(values).join(', ')}`,
  );
}

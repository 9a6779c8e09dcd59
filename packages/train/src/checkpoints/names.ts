import { kind } from '@unroll/backend/checks';

/**
 * Names that every file system and shell accepts without quoting. Names that begin with a dot are reserved for the
 * stores.
 */
const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

export const nameKind: kind.Kind = kind.required({
  expected:
    'at most 100 letters, digits, dots, hyphens and underscores, of which the first is a letter or a digit',
  fits: (value) => typeof value === 'string' && NAME.test(value),
});

export const isName = (name: string): boolean => NAME.test(name);

/** The name of the checkpoint after `step` updates: `step-00000100`. */
export const checkpointName = (step: number): string => `step-${String(step).padStart(8, '0')}`;

/** The number of updates in a checkpoint's name; undefined for any other name. */
export function stepOf(name: string): number | undefined {
  const [, digits] = /^step-(\d{8,16})$/.exec(name) ?? [];
  const step = Number(digits);
  return Number.isSafeInteger(step) && checkpointName(step) === name ? step : undefined;
}
